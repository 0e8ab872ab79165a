package io.github.djlcachex.parquet;

import io.airlift.compress.MalformedInputException;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.TableReader;

import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads rows, one row group in memory at a time. */
final class ParquetTableReader implements TableReader {

    private static final long CHUNK_BYTES = 4L << 20;
    private static final int MAX_CHUNK_ROWS = 1 << 16;

    private final Path file;
    private final ParquetFileReader reader;
    private final MessageType schema;
    private List<String> selected = List.of();
    private List<ColumnValues> columns = List.of();
    private MessageType requested;
    private long left;
    private int chunkRows = 1;

    ParquetTableReader(Path file) throws IOException {
        this.file = file;
        this.reader = open(file);
        this.schema = reader.getFooter().getFileMetaData().getSchema();
        this.requested = schema;
    }

    private static ParquetFileReader open(Path file) throws IOException {
        ParquetReadOptions options = ReadOptions.of(new Codecs());
        LocalInputFile input = new LocalInputFile(file);
        try {
            return ParquetFileReader.open(input, options);
        } catch (RuntimeException | IOException e) { // parquet's for a file that is none
            boolean isOfDisk = e instanceof IOException && e.getCause() == null;
            if (isOfDisk && !(e instanceof EOFException)) {
                throw (IOException) e;
            }
            String found = String.valueOf(e.getMessage()).replace(input.toString(), "it");
            throw Refusals.corrupt(file, "a Parquet file", found, e);
        }
    }

    @Override
    public List<String> columns() {
        return schema.getFields().stream().map(Type::getName).toList();
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.of(reader.getRecordCount());
    }

    @Override
    public void select(List<String> names) {
        selected = List.copyOf(names);
        requested =
                new MessageType(
                        schema.getName(), names.stream().distinct().map(schema::getType).toList());
        reader.setRequestedSchema(requested);
        checkCodecs();
    }

    private void checkCodecs() {
        for (BlockMetaData group : reader.getRowGroups()) {
            for (ColumnChunkMetaData chunk : group.getColumns()) {
                boolean isRead = requested.containsField(chunk.getPath().toArray()[0]);
                if (isRead && !Codecs.NAMES.contains(chunk.getCodec())) {
                    throw Refusals.unsupported(
                            file,
                            "pages of one of " + Codecs.NAMES,
                            chunk.getCodec().toString(),
                            "write it with another compression");
                }
            }
        }
    }

    @Override
    public @Nullable List<ColumnData> next() throws IOException {
        try {
            while (left == 0) {
                PageReadStore group = reader.readNextRowGroup();
                if (group == null) {
                    return null;
                }
                start(group);
            }
            int count = (int) Math.min(left, chunkRows);
            List<ColumnData> chunk = new ArrayList<>();
            for (ColumnValues column : columns) {
                chunk.add(column.read(count));
            }
            left -= count;
            return chunk;
        } catch (ParquetRuntimeException | MalformedInputException | IndexOutOfBoundsException e) {
            throw Refusals.corrupt(file, "pages as the footer says", e);
        }
    }

    private void start(PageReadStore group) {
        ColumnReadStoreImpl store =
                new ColumnReadStoreImpl(
                        group,
                        new DummyRecordConverter(requested).getRootConverter(),
                        requested,
                        reader.getFooter().getFileMetaData().getCreatedBy());
        List<ColumnValues> values = new ArrayList<>();
        for (String name : selected) {
            String subject = "column '" + name + "' of " + file;
            List<ColumnDescriptor> leaves =
                    requested.getColumns().stream()
                            .filter(leaf -> leaf.getPath()[0].equals(name))
                            .toList();
            if (leaves.size() != 1) {
                throw Refusals.rows(
                        subject, "numbers, texts, or lists", "a structure", "leave it out");
            }
            ColumnDescriptor leaf = leaves.get(0);
            values.add(new ColumnValues(store.getColumnReader(leaf), leaf, requested, subject));
        }
        columns = values;
        left = group.getRowCount();
        long bytes =
                reader.getRowGroups().stream().mapToLong(block -> block.getTotalByteSize()).sum();
        long rowBytes = Math.max(1, bytes / Math.max(1, reader.getRecordCount()));
        chunkRows = (int) Math.max(1, Math.min(MAX_CHUNK_ROWS, CHUNK_BYTES / rowBytes));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
