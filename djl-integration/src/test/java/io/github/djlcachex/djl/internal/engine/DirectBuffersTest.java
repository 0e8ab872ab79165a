package io.github.djlcachex.djl.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;

import io.github.djlcachex.djl.AuditMode;
import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheIds;
import io.github.djlcachex.djl.ChildJvm;
import io.github.djlcachex.djl.Decorated;
import io.github.djlcachex.djl.GraphModels;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Buffers that are used again, and not too early. */
class DirectBuffersTest {

    private static final int BYTES = 10_000;

    @TempDir Path directory;

    private final DirectBuffers buffers = new DirectBuffers(1 << 20);

    private static NDArray arrayOf(NDManager manager, ByteBuffer buffer) {
        return manager.create(buffer.slice(0, BYTES), new Shape(BYTES), DataType.INT8);
    }

    private static List<String> engines(String... always) {
        List<String> engines = new ArrayList<>(List.of(always));
        if (GraphModels.hasTensorFlow()) {
            engines.add("TensorFlow");
        }
        return engines;
    }

    @Test
    void take_whileTheArrayIsOpen_isAnotherBuffer() {
        for (String engine : engines("OnnxRuntime", "PyTorch")) {
            try (NDManager manager = NDManager.newBaseManager(engine)) {
                ByteBuffer first = buffers.take(BYTES);
                NDArray array = arrayOf(manager, first);
                buffers.lend(first, array);
                assertThat(buffers.take(BYTES)).as(engine).isNotSameAs(first);
                assertThat(array.isReleased()).isFalse();
            }
        }
    }

    @Test
    void take_onceTheArrayIsClosed_isTheSameBuffer() {
        for (String engine : engines("OnnxRuntime", "PyTorch")) {
            try (NDManager manager = NDManager.newBaseManager(engine)) {
                ByteBuffer first = buffers.take(BYTES);
                NDArray array = arrayOf(manager, first);
                buffers.lend(first, array);
                array.close();
                assertThat(buffers.take(BYTES)).as(engine).isSameAs(first);
            }
        }
    }

    @Test
    void take_onceTheManagerIsClosed_isTheSameBuffer() {
        ByteBuffer first = buffers.take(BYTES);
        try (NDManager manager = NDManager.newBaseManager("OnnxRuntime")) {
            buffers.lend(first, arrayOf(manager, first));
        }
        assertThat(buffers.take(BYTES)).isSameAs(first);
    }

    @Test
    void take_whileAnotherArrayHasTakenTheMemoryOver_isAnotherBuffer() {
        try (NDManager manager = NDManager.newBaseManager("OnnxRuntime")) {
            ByteBuffer first = buffers.take(BYTES);
            NDArray array = arrayOf(manager, first);
            buffers.lend(first, array);
            NDArray heir = manager.create(new float[] {1});
            heir.intern(array);
            assertThat(array.isReleased()).isTrue();
            assertThat(buffers.take(BYTES)).isNotSameAs(first);
            heir.close();
            assertThat(buffers.take(BYTES)).isSameAs(first);
        }
    }

    @Test
    void take_moreThanFourTimesLessThanAFreeBuffer_isAnotherBuffer() {
        ByteBuffer large = buffers.take(100_000);
        buffers.giveBack(large);
        assertThat(buffers.take(1_000)).isNotSameAs(large);
        assertThat(buffers.take(90_000)).isSameAs(large);
    }

    @Test
    void giveBack_manySmallOnes_keepsTheLastOnes() {
        List<ByteBuffer> small = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            small.add(buffers.take(100));
        }
        small.forEach(buffers::giveBack);
        ByteBuffer large = buffers.take(100_000);
        buffers.giveBack(large);
        assertThat(buffers.take(100_000)).isSameAs(large);
        ByteBuffer again = buffers.take(100);
        assertThat(small).anySatisfy(one -> assertThat(one).isSameAs(again));
    }

    @Test
    void giveBack_overTheLimit_keepsNothing() {
        ByteBuffer large = buffers.take(2 << 20);
        buffers.giveBack(large);
        assertThat(buffers.take(2 << 20)).isNotSameAs(large);
    }

    @Test
    void forward_manyBatchesInLittleDirectMemory_succeeds() throws Exception {
        List<String> flags =
                List.of("-Xmx1g", "-XX:MaxDirectMemorySize=64m", "-XX:+DisableExplicitGC");
        for (String engine : engines("OnnxRuntime")) {
            String output =
                    ChildJvm.run(flags, Service.class, directory.toString(), engine, "10000");
            assertThat(output).contains("10000 batches, 16 rows computed");
        }
    }

    /** Serves hits in batches of 4 MiB as arrays of an engine. */
    static final class Service {

        private static final int ROWS = 16;
        private static final int WIDTH = 1 << 16;

        private Service() {}

        public static void main(String[] args) {
            long[] ids = LongStream.range(0, ROWS).toArray();
            LambdaBlock wide = new LambdaBlock(Service::widened);
            try (CacheBlockDecorator decorator =
                    CacheBlockDecorator.builder()
                            .optAudit(AuditMode.OFF)
                            .setDirectory(Path.of(args[0]))
                            .setModuleId(args[1])
                            .setBlock(wide)
                            .optFingerprint("wide")
                            .build()) {
                int batches = Integer.parseInt(args[2]);
                for (int batch = 0; batch < batches; batch++) {
                    try (NDManager manager = NDManager.newBaseManager(args[1])) {
                        NDArray input = manager.create(new float[ROWS], new Shape(ROWS, 1));
                        NDList inputs = CacheIds.attach(new NDList(input), ids);
                        NDArray output = Decorated.run(decorator, manager, inputs).head();
                        assertThat(output.getShape()).isEqualTo(new Shape(ROWS, WIDTH));
                    }
                }
                System.out.println(
                        batches
                                + " batches, "
                                + decorator.stats().computedRows()
                                + " rows computed");
            }
        }

        private static NDList widened(NDList inputs) {
            int rows = (int) inputs.head().getShape().get(0);
            NDManager manager = inputs.head().getManager();
            return new NDList(manager.create(new float[rows * WIDTH], new Shape(rows, WIDTH)));
        }
    }
}
