package io.github.djlcachex.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Pyarrow;
import io.github.djlcachex.testing.TestRows;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/** Slices and transfers of the vectors of a segment, which are tensors as the whole is. */
class ArrowSlicesTest {

    private static final RowSchema SCHEMA =
            RowSchema.of(
                    Column.of("features", ElementType.FLOAT32, 2, 3),
                    Column.of("seen", ElementType.BOOLEAN));
    private static final TestRows ROWS = new TestRows(SCHEMA, 5);

    /** Prints of each column the type, the shape of a row and the bytes of all rows. */
    private static final String SCRIPT =
            """
            import sys, pyarrow as pa
            reader = pa.ipc.open_file(pa.memory_map(sys.argv[1]))
            batch = reader.get_batch(0)
            batch.validate(full=True)
            print("ids", *batch.column("id").to_pylist())
            for name in batch.schema.names[1:-1]:
                column = batch.column(name)
                assert isinstance(column, pa.FixedShapeTensorArray), (name, column.type)
                array = column.to_numpy_ndarray()
                print(name, list(array.shape), array.tobytes().hex())
            """;

    @TempDir Path directory;
    private FeatureCache cache;
    private ArrowSegments segments;

    @BeforeEach
    void storeFourRows() {
        cache = FeatureCache.builder().directory(directory).moduleId("slices").open();
        Keys keys = Keys.of(10, 11, 12, 13);
        cache.put(keys, ROWS.batch(keys));
        cache.flush();
        segments = ArrowSegments.open(cache);
        assertThat(segments.next()).isTrue();
    }

    @AfterEach
    void close() {
        segments.close();
        cache.close();
    }

    private FieldVector features() {
        return segments.root().getVector("features");
    }

    /** Buffers move between allocators of one root only. */
    private BufferAllocator childAllocator() {
        return features().getAllocator().newChildAllocator("other", 0, Long.MAX_VALUE);
    }

    private static byte[] bytes(FieldVector tensors, int rows) {
        ByteBuffer data =
                ((FixedShapeTensorVector) tensors)
                        .getUnderlyingVector()
                        .getDataVector()
                        .getDataBuffer()
                        .nioBuffer(0, rows * SCHEMA.columns().get(0).rowBytes());
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }

    private static byte[] expected(int column, Keys keys) {
        ByteBuffer rows = ROWS.batch(keys).buffer(column);
        byte[] bytes = new byte[rows.capacity()];
        rows.get(0, bytes);
        return bytes;
    }

    @Test
    void slice_ofARoot_keepsTheTensorTypeAndItsRows() {
        try (VectorSchemaRoot slice = segments.root().slice(1, 2)) {
            assertThat(slice.getVector("seen")).isInstanceOf(FixedShapeTensorVector.class);
            assertThat(slice.getVector("features").getField().getType())
                    .isInstanceOfSatisfying(
                            FixedShapeTensorType.class,
                            type -> assertThat(type.shape()).containsExactly(2, 3));
            assertThat(bytes(slice.getVector("features"), 2))
                    .isEqualTo(expected(0, Keys.of(11, 12)));
        }
    }

    @Test
    void transferPair_ofEachKind_targetsATensorVector() {
        FieldVector features = features();
        try (BufferAllocator other = childAllocator()) {
            TransferPair[] pairs = {
                features.getTransferPair(other),
                features.getTransferPair("features", other),
                features.getTransferPair("features", other, () -> {}),
                features.getTransferPair(features.getField(), other),
                features.getTransferPair(features.getField(), other, () -> {}),
            };
            for (TransferPair pair : pairs) {
                pair.splitAndTransfer(2, 1);
                try (FieldVector target = (FieldVector) pair.getTo()) {
                    assertThat(target.getField()).isEqualTo(features.getField());
                    assertThat(bytes(target, 1)).isEqualTo(expected(0, Keys.of(12)));
                }
            }
        }
    }

    @Test
    void copyValueSafe_intoAnotherVector_copiesTheRow() {
        try (BufferAllocator other = childAllocator()) {
            TransferPair pair = features().getTransferPair(other);
            pair.copyValueSafe(3, 0);
            try (FieldVector target = (FieldVector) pair.getTo()) {
                target.setValueCount(1);
                assertThat(bytes(target, 1)).isEqualTo(expected(0, Keys.of(13)));
            }
        }
    }

    @Test
    void transfer_toAnotherVector_leavesNothing() {
        FieldVector features = features();
        try (BufferAllocator other = childAllocator()) {
            TransferPair pair = features.getTransferPair(other);
            pair.transfer();
            try (FieldVector target = (FieldVector) pair.getTo()) {
                assertThat(target.getValueCount()).isEqualTo(4);
                assertThat(features.getValueCount()).isZero();
            }
        }
    }

    @Test
    void slice_writtenToAFile_isTensorsToPyarrow() throws Exception {
        Pyarrow.assumeFound(ArrowSlicesTest.class);
        Path file = directory.resolve("slice");
        try (VectorSchemaRoot slice = segments.root().slice(1, 2);
                FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                ArrowFileWriter writer = new ArrowFileWriter(slice, null, channel)) {
            writer.writeBatch();
        }
        Keys keys = Keys.of(11, 12);
        HexFormat hex = HexFormat.of();
        assertThat(Pyarrow.run(SCRIPT, file, directory))
                .containsExactly(
                        "ids 11 12",
                        "features [2, 2, 3] " + hex.formatHex(expected(0, keys)),
                        "seen [2] " + hex.formatHex(expected(1, keys)));
    }
}
