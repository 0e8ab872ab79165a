package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.internal.table.Nesting;
import io.github.djlcachex.interop.internal.table.Numbers;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;

import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.RecordBatch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The dictionaries of a file: the values that the indices of a column stand for. */
final class ArrowDictionaries {

    private final RegionFile file;
    private final Map<Long, ArrowMessage> messages = new HashMap<>();
    private final Map<Long, ColumnData> decoded = new HashMap<>();

    ArrowDictionaries(RegionFile file) {
        this.file = file;
    }

    /** Takes a dictionary up; it is decoded when it is used. A stream may replace one. */
    void add(ArrowMessage message) {
        DictionaryBatch batch =
                (DictionaryBatch)
                        Objects.requireNonNull(message.header().header(new DictionaryBatch()));
        if (batch.isDelta()) {
            throw Refusals.unsupported(
                    file.path(),
                    "dictionaries that are written at once",
                    "one that is written in parts",
                    "write the column without a dictionary");
        }
        messages.put(batch.id(), message);
        decoded.remove(batch.id());
    }

    /** Returns the values that indices stand for. */
    ColumnData look(ArrowField.DictionaryField dictionary, ColumnData indices, Path path)
            throws IOException {
        ColumnData values = values(dictionary);
        int[] selected = new int[indices.rows()];
        for (int i = 0; i < selected.length; i++) {
            long index = Numbers.integer(indices, i);
            if (index < 0 || index >= values.rows()) {
                throw Refusals.corrupt(
                        path, "indices below " + values.rows() + " of a dictionary", index + "");
            }
            selected[i] = (int) index;
        }
        return Nesting.select(values, selected);
    }

    private ColumnData values(ArrowField.DictionaryField dictionary) throws IOException {
        ColumnData known = decoded.get(dictionary.id());
        if (known != null) {
            return known;
        }
        ArrowMessage message = messages.get(dictionary.id());
        if (message == null) {
            throw Refusals.corrupt(
                    file.path(), "a dictionary before its first use", "none: " + dictionary.id());
        }
        DictionaryBatch header =
                (DictionaryBatch)
                        Objects.requireNonNull(message.header().header(new DictionaryBatch()));
        RecordBatch data = Objects.requireNonNull(header.data());
        ArrowBatch batch = new ArrowBatch(file, message, data);
        int count = (int) Math.min(batch.rows(), Integer.MAX_VALUE);
        ArrowField field = dictionary.values();
        ColumnData values =
                new ArrowColumns(batch, this, field.name()).read(field, Place.FIRST, 0, count);
        decoded.put(dictionary.id(), values);
        return values;
    }
}
