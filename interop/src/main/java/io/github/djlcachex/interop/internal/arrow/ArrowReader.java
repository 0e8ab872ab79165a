package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.TableReader;

import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads an Arrow IPC file or stream with arrow-format's flatbuffer classes.
 *
 * <p>Arrow's own reader is not used: it needs flags of the JVM and memory outside the heap, and it
 * believes what a file says of itself. Here buffers are read by pieces, into the heap.
 */
public final class ArrowReader implements TableReader {

    /** What a chunk may have, unless one row has more. */
    private static final long CHUNK_BYTES = 4L << 20;

    private static final int MAX_CHUNK_ROWS = 1 << 16;

    private final RegionFile file;
    private final ArrowMessages messages;
    private final ArrowDictionaries dictionaries;
    private final List<ArrowField> fields;
    private List<String> selected = List.of();
    private @Nullable ArrowBatch batch;
    private long row;
    private long rows = -1;

    private ArrowReader(RegionFile file) throws IOException {
        this.file = file;
        this.messages = guarded(() -> ArrowMessages.of(file));
        this.dictionaries = new ArrowDictionaries(file);
        this.fields = guarded(this::fields);
    }

    /** Opens a file. */
    public static ArrowReader open(Path path) throws IOException {
        RegionFile file = new RegionFile(path);
        try {
            return new ArrowReader(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private interface Decoding<T> {
        T run() throws IOException;
    }

    /** Flatbuffers check nothing: what is damaged in them shows as one of these. */
    private <T> T guarded(Decoding<T> decoding) throws IOException {
        try {
            return decoding.run();
        } catch (IndexOutOfBoundsException
                | NullPointerException
                | IllegalArgumentException
                | ArithmeticException
                | NegativeArraySizeException
                | StackOverflowError e) {
            throw Refusals.corrupt(file.path(), "metadata of Arrow", e);
        }
    }

    private List<ArrowField> fields() {
        Schema schema = messages.schema();
        if (schema.endianness() != Endianness.Little) {
            throw Refusals.unsupported(
                    file.path(), "little-endian values", "big-endian ones", "write it anew");
        }
        return ArrowSchemaReader.read(schema);
    }

    @Override
    public List<String> columns() {
        return fields.stream().map(ArrowField::name).toList();
    }

    @Override
    public OptionalLong rows() {
        return rows < 0 ? OptionalLong.empty() : OptionalLong.of(rows);
    }

    /** Passes over all messages, so that a file that is cut off is refused before it is read. */
    @Override
    public void select(List<String> columns) throws IOException {
        selected = List.copyOf(columns);
        rows = guarded(this::countRows);
    }

    private long countRows() throws IOException {
        ArrowMessages all = ArrowMessages.of(file);
        long count = 0;
        for (ArrowMessage message = all.next(); message != null; message = all.next()) {
            if (message.header().headerType() == MessageHeader.RecordBatch) {
                count = Math.addExact(count, recordBatch(message).length());
            }
        }
        return count;
    }

    private static RecordBatch recordBatch(ArrowMessage message) {
        return (RecordBatch) Objects.requireNonNull(message.header().header(new RecordBatch()));
    }

    @Override
    public @Nullable List<ColumnData> next() throws IOException {
        return guarded(() -> Optional.ofNullable(chunk())).orElse(null);
    }

    private @Nullable List<ColumnData> chunk() throws IOException {
        while (batch == null || row == batch.rows()) {
            if (!nextBatch()) {
                return null;
            }
        }
        long bytesPerRow = Math.max(1, batch.plainBytes() / batch.rows());
        long rows = Math.max(1, Math.min(MAX_CHUNK_ROWS, CHUNK_BYTES / bytesPerRow));
        int count = (int) Math.min(rows, batch.rows() - row);
        List<ColumnData> chunk = new ArrayList<>();
        for (String name : selected) {
            chunk.add(column(batch, name, count));
        }
        row += count;
        return chunk;
    }

    private ColumnData column(ArrowBatch from, String name, int count) throws IOException {
        Place place = Place.FIRST;
        for (ArrowField field : fields) {
            if (field.name().equals(name)) {
                ColumnData data =
                        new ArrowColumns(from, dictionaries, name).read(field, place, row, count);
                return ArrowExtensions.apply(field, data, file.path());
            }
            place = place.after(field, from);
        }
        throw new IllegalArgumentException("no column " + name);
    }

    private boolean nextBatch() throws IOException {
        for (ArrowMessage message = messages.next(); message != null; message = messages.next()) {
            if (message.header().headerType() == MessageHeader.DictionaryBatch) {
                dictionaries.add(message);
            } else if (message.header().headerType() == MessageHeader.RecordBatch) {
                batch = new ArrowBatch(file, message, recordBatch(message));
                row = 0;
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
