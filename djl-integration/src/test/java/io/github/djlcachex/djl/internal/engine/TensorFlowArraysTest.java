package io.github.djlcachex.djl.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;

import io.github.djlcachex.djl.Bits;
import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheIds;
import io.github.djlcachex.djl.Decorated;
import io.github.djlcachex.djl.GraphModels;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Arrays of 16-bit floats of TensorFlow, which DJL does not make. */
class TensorFlowArraysTest {

    private static final int PATTERNS = 1 << 16;

    @TempDir Path directory;

    @BeforeEach
    void checkNatives() {
        GraphModels.requireTensorFlow();
    }

    private static ByteBuffer everyPattern() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(2 * PATTERNS).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < PATTERNS; i++) {
            bytes.putShort(2 * i, (short) i);
        }
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void create_everyPatternOfBits_keepsItAndTheType(DataType type) {
        try (NDManager manager = NDManager.newBaseManager("TensorFlow")) {
            Shape shape = new Shape(256, 1, 256);
            NDArray array = Engines.create(manager, everyPattern(), shape, type);
            assertThat(array.getShape()).isEqualTo(shape);
            assertThat(ArrayTypes.of(array)).isEqualTo(type);
            assertThat(array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN))
                    .isEqualTo(everyPattern());
            assertThat(array.getManager()).isSameAs(manager);
        }
    }

    @Test
    void create_noRows_keepsTheShape() {
        try (NDManager manager = NDManager.newBaseManager("TensorFlow")) {
            Shape shape = new Shape(0, 3);
            NDArray array =
                    Engines.create(manager, ByteBuffer.allocateDirect(0), shape, DataType.FLOAT16);
            assertThat(array.getShape()).isEqualTo(shape);
            assertThat(ArrayTypes.of(array)).isEqualTo(DataType.FLOAT16);
        }
    }

    @Test
    void forward_inputsThatDjlDoesNotName_areCutIntoRows() {
        try (NDManager manager = NDManager.newBaseManager("TensorFlow");
                CacheBlockDecorator decorator =
                        Decorated.audited(directory)
                                .setBlock(new LambdaBlock(x -> new NDList(x.head().duplicate())))
                                .optFingerprint("1")
                                .build()) {
            NDArray half =
                    Engines.create(manager, everyPattern(), new Shape(8, 8192), DataType.FLOAT16);
            Decorated.run(decorator, manager, CacheIds.attach(new NDList(half), ids(4)));
            NDList rows =
                    Decorated.run(decorator, manager, CacheIds.attach(new NDList(half), ids(4)));
            assertThat(Bits.hex(rows.head())).isEqualTo(Bits.hex(half));
            rows = Decorated.run(decorator, manager, CacheIds.attach(new NDList(half), ids(20)));
            assertThat(Bits.hex(rows.head())).isEqualTo(Bits.hex(half));
            assertThat(decorator.stats().misses()).isEqualTo(12);
        }
    }

    /** Returns four ids that are always the same, and four others. */
    private static long[] ids(long others) {
        long[] ids = new long[8];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = i < 4 ? i : others + i;
        }
        return ids;
    }
}
