package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.internal.table.Nesting;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Decodes rows of one column of a record batch. Nothing in the batch is trusted: every offset is
 * compared with the buffer that it leads to.
 */
final class ArrowColumns {

    private static final int VIEW_BYTES = 16;
    private static final int INLINE_BYTES = 12;

    private final ArrowBatch batch;
    private final ArrowDictionaries dictionaries;
    private final String column;

    ArrowColumns(ArrowBatch batch, ArrowDictionaries dictionaries, String column) {
        this.batch = batch;
        this.dictionaries = dictionaries;
        this.column = column;
    }

    /** Returns the values of a field from one on. */
    ColumnData read(ArrowField field, Place place, long from, int count) throws IOException {
        if (from + count > batch.length(place.node())) {
            throw corrupt("a value for each row", batch.length(place.node()) + " values");
        }
        if (field.kind() != ArrowKind.NO_BUFFERS) {
            checkNulls(place, from, count);
        }
        if (field.dictionary() != null) {
            ColumnData indices = fixed(leaf(field), place, from, count);
            return dictionaries.look(field.dictionary(), indices, batch.file().path());
        }
        return switch (field.kind()) {
            case NUMBER -> fixed(leaf(field), place, from, count);
            case BITS -> bits(place, from, count);
            case BYTES -> bytes(leaf(field), place, from, count, Integer.BYTES);
            case LARGE_BYTES -> bytes(leaf(field), place, from, count, Long.BYTES);
            case BYTE_VIEWS -> views(leaf(field), place, from, count);
            case LIST -> lists(field, place, from, count, Integer.BYTES);
            case LARGE_LIST -> lists(field, place, from, count, Long.BYTES);
            case FIXED_LIST -> fixedLists(field, place, from, count);
            case STRUCT -> struct(field, place, from, count);
            default ->
                    throw Refusals.rows(
                            subject(),
                            "numbers, texts, bytes, or lists of numbers",
                            "type " + field.typeName() + ", which no row of a cache has",
                            "leave the column out, or cast it");
        };
    }

    private static LeafType leaf(ArrowField field) {
        LeafType leaf = field.leaf();
        if (leaf == null) {
            throw new IllegalStateException(field.name() + " has no values");
        }
        return leaf;
    }

    private void checkNulls(Place place, long from, int count) throws IOException {
        if (batch.hasNoNulls(place.node()) || batch.size(place.buffer()) == 0) {
            return;
        }
        long first = from / Byte.SIZE;
        long bytes = count == 0 ? 0 : (from + count - 1) / Byte.SIZE - first + 1;
        ByteBuffer valid = batch.read(place.buffer(), first, bytes);
        for (int i = 0; i < count; i++) {
            long bit = from + i - first * Byte.SIZE;
            if ((valid.get((int) (bit / Byte.SIZE)) >> (bit % Byte.SIZE) & 1) == 0) {
                throw Refusals.rows(
                        subject() + ", value " + (from + i) + " of its record batch",
                        "a value",
                        "null",
                        "fill or leave out such rows");
            }
        }
    }

    private ColumnData fixed(LeafType type, Place place, long from, int count) throws IOException {
        long width = type.byteWidth();
        ByteBuffer values = batch.read(place.buffer() + 1, from * width, count * width);
        return ColumnData.uniform(type, values, count);
    }

    private ColumnData bits(Place place, long from, int count) throws IOException {
        long first = from / Byte.SIZE;
        long bytes = count == 0 ? 0 : (from + count - 1) / Byte.SIZE - first + 1;
        ByteBuffer packed = batch.read(place.buffer() + 1, first, bytes);
        ByteBuffer values = ByteBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
            int bit = (int) (from + i - first * Byte.SIZE);
            values.put(i, (byte) (packed.get(bit / Byte.SIZE) >> bit % Byte.SIZE & 1));
        }
        return ColumnData.uniform(LeafType.BOOLEAN, values, count);
    }

    /** Reads offsets of 32 or 64 bits, which must not fall, and end within a number of values. */
    private long[] offsets(Place place, long from, int count, int width, long limit)
            throws IOException {
        if (count == 0) {
            return new long[1]; // the buffer may be empty
        }
        ByteBuffer bytes = batch.read(place.buffer() + 1, from * width, (count + 1L) * width);
        long[] offsets = new long[count + 1];
        long before = 0;
        for (int i = 0; i <= count; i++) {
            offsets[i] =
                    width == Integer.BYTES ? bytes.getInt(i * width) : bytes.getLong(i * width);
            if (offsets[i] < before || offsets[i] > limit) {
                throw corrupt("offsets from " + before + " to " + limit, offsets[i] + "");
            }
            before = offsets[i];
        }
        return offsets;
    }

    /** Returns offsets as distances from the first one. */
    private int[] starts(long[] offsets) {
        long length = offsets[offsets.length - 1] - offsets[0];
        if (length > Integer.MAX_VALUE) {
            throw Refusals.rows(
                    subject(), "rows of less than 2 GiB", length + " values", "split the rows");
        }
        int[] starts = new int[offsets.length];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = (int) (offsets[i] - offsets[0]);
        }
        return starts;
    }

    private ColumnData bytes(LeafType type, Place place, long from, int count, int width)
            throws IOException {
        long[] offsets = offsets(place, from, count, width, batch.size(place.buffer() + 2));
        int[] starts = starts(offsets);
        ByteBuffer values = batch.read(place.buffer() + 2, offsets[0], starts[count]);
        return ColumnData.bytes(type, values, starts);
    }

    private ColumnData views(LeafType type, Place place, long from, int count) throws IOException {
        ByteBuffer views =
                batch.read(place.buffer() + 1, from * VIEW_BYTES, (long) count * VIEW_BYTES);
        int[] starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            int length = views.getInt(i * VIEW_BYTES);
            if (length < 0 || length > Integer.MAX_VALUE - starts[i]) {
                throw corrupt("texts of less than 2 GiB", length + " bytes");
            }
            starts[i + 1] = starts[i] + length;
        }
        if (starts[count] > Math.max(batch.plainBytes(), 1) * Byte.SIZE) {
            throw corrupt("texts of the size of their batch", starts[count] + " bytes");
        }
        ByteBuffer values = ByteBuffer.allocate(starts[count]);
        for (int i = 0; i < count; i++) {
            values.put(view(views, i * VIEW_BYTES, starts[i + 1] - starts[i], place));
        }
        return ColumnData.bytes(type, values.flip(), starts);
    }

    /** A short text is in its view; of a long one the view has the buffer and the offset. */
    private ByteBuffer view(ByteBuffer views, int at, int length, Place place) throws IOException {
        if (length <= INLINE_BYTES) {
            return views.slice(at + Integer.BYTES, length);
        }
        int buffer = views.getInt(at + 2 * Integer.BYTES);
        int offset = views.getInt(at + 3 * Integer.BYTES);
        if (buffer < 0 || buffer >= batch.viewBuffers(place.view())) {
            throw corrupt("views into buffers of their field", "buffer " + buffer);
        }
        return batch.read(place.buffer() + 2 + buffer, offset, length);
    }

    private ColumnData lists(ArrowField field, Place place, long from, int count, int width)
            throws IOException {
        ArrowField child = onlyChild(field);
        Place below = place.below(field, batch);
        long[] offsets = offsets(place, from, count, width, batch.length(below.node()));
        int[] starts = starts(offsets);
        return nested(starts, read(child, below, offsets[0], starts[count]));
    }

    private ColumnData fixedLists(ArrowField field, Place place, long from, int count)
            throws IOException {
        ArrowField child = onlyChild(field);
        long elements = (long) count * field.listLength();
        if (elements > Integer.MAX_VALUE) {
            throw Refusals.rows(
                    subject(), "rows of less than 2 GiB", elements + " values", "split the rows");
        }
        ColumnData values =
                read(child, place.below(field, batch), from * field.listLength(), (int) elements);
        checkNumbers(values);
        return Nesting.fixed(subject(), count, field.listLength(), values);
    }

    private ColumnData nested(int[] starts, ColumnData values) {
        checkNumbers(values);
        return Nesting.of(subject(), starts, values);
    }

    private void checkNumbers(ColumnData values) {
        if (values.type().isBytes()) {
            throw Refusals.rows(
                    subject(),
                    "lists of numbers",
                    "lists of " + values.type(),
                    "leave the column out, or join the values of a row");
        }
    }

    /** Of structures one is known: the elements and the shape of a tensor. */
    private ColumnData struct(ArrowField field, Place place, long from, int count)
            throws IOException {
        Place next = place.below(field, batch);
        ColumnData data = null;
        ColumnData shape = null;
        for (ArrowField child : field.children()) {
            if (child.name().equals("data")) {
                data = read(child, next, from, count);
            } else if (child.name().equals("shape")) {
                shape = read(child, next, from, count);
            }
            next = next.after(child, batch);
        }
        ColumnData tensors = data == null || shape == null ? null : shaped(data, shape);
        if (tensors == null || field.children().size() != 2) {
            throw Refusals.rows(
                    subject(),
                    "a structure of data and shape, as of variable_shape_tensor",
                    "a structure of other fields",
                    "leave the column out, or take a field of it to a column of its own");
        }
        return tensors;
    }

    private @Nullable ColumnData shaped(ColumnData data, ColumnData shape) {
        return Nesting.shaped(data, shape, subject());
    }

    private ArrowField onlyChild(ArrowField field) {
        if (field.children().size() != 1) {
            throw corrupt("lists with a type", field.children().size() + " types");
        }
        return field.children().get(0);
    }

    private RuntimeException corrupt(String expected, String found) {
        return Refusals.corrupt(
                batch.file().path(), expected, found + " in column '" + column + "'");
    }

    private String subject() {
        return "column '" + column + "' of " + batch.file().path();
    }
}
