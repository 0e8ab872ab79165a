package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.HeapStorage;
import io.github.djlcachex.testing.TestRows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Valid segments of several element types, shapes and both key types: where fuzzing starts. */
final class FuzzSeeds {

    /** The name that all of them have. */
    static final SegmentName NAME =
            SegmentName.parse(
                            "h00000001_b00000002_n3_p4_s5_r00000006-00000007.arrow",
                            SegmentName.COMMITTED)
                    .orElseThrow();

    private static final Path DIRECTORY = Path.of("/segments");

    private static final List<Keys> KEYS =
            List.of(
                    Keys.of(3, -1, Long.MIN_VALUE, 0),
                    Keys.of(9),
                    Keys.of("a", "b\u00e4", "ccc", "\ud83d\ude00"),
                    Keys.of("x".repeat(300)));

    private static final List<RowSchema> SCHEMAS =
            List.of(
                    RowSchema.of(Column.of(ElementType.FLOAT32)),
                    RowSchema.of(
                            Column.of("features", ElementType.FLOAT64, 2, 3),
                            Column.of(ElementType.BFLOAT16, 1),
                            Column.of("mask", ElementType.INT8, 5)),
                    RowSchema.of(
                            Column.of("label", ElementType.INT64),
                            Column.of("half", ElementType.FLOAT16, 1, 2, 1, 2)));

    private FuzzSeeds() {}

    static Contract contract(Keys keys, RowSchema schema) {
        return new Contract("module", "print", keys.type(), schema, 77);
    }

    static List<Contract> contracts() {
        List<Contract> contracts = new ArrayList<>();
        for (Keys keys : KEYS) {
            SCHEMAS.forEach(schema -> contracts.add(contract(keys, schema)));
        }
        return contracts;
    }

    /** The bytes of the segments. */
    static List<byte[]> segments() {
        List<byte[]> segments = new ArrayList<>();
        for (Keys keys : KEYS) {
            SCHEMAS.forEach(schema -> segments.add(written(keys, schema)));
        }
        return segments;
    }

    private static byte[] written(Keys keys, RowSchema schema) {
        OpenSegment segment = new OpenSegment(contract(keys, schema), 1 << 20, 100, 0);
        RowBatch batch = new TestRows(schema, 11).batch(keys);
        RowCrc crc = new RowCrc(batch);
        for (int i = 0; i < keys.size(); i++) {
            segment.append(keys, batch, i, crc.of(keys, i, i));
        }
        try {
            HeapStorage storage = new HeapStorage();
            Path file =
                    new SegmentWriter(storage, DIRECTORY, false).commit(segment, NAME, 1234).path();
            return storage.get(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
