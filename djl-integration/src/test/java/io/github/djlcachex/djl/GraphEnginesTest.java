package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The decorator around real graphs of ONNX Runtime and TensorFlow. */
class GraphEnginesTest {

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"OnnxRuntime", "TensorFlow"})
    void forward_coldPartlyHotAndHot_equalsTheBareBlock(String engine) {
        try (Model model = GraphModels.of(engine);
                CacheBlockDecorator decorator =
                        Decorated.in(directory)
                                .setBlock(model.getBlock())
                                .optFingerprint("weights 1")
                                .build()) {
            NDList inputs = GraphModels.inputs(model.getNDManager(), 20, 1);
            NDList bare = Decorated.run(model.getBlock(), model.getNDManager(), inputs);
            for (long[] ids : new long[][] {ids(0), ids(10), ids(0)}) {
                NDList batch = GraphModels.inputs(model.getNDManager(), 20, ids[0] == 0 ? 1 : 2);
                NDList rows =
                        Decorated.run(decorator, model.getNDManager(), CacheIds.attach(batch, ids));
                if (ids[0] == 0) {
                    assertThat(Bits.hex(rows)).isEqualTo(Bits.hex(bare));
                    assertThat(rows.get(0).getName()).isEqualTo(bare.get(0).getName());
                }
            }
            assertThat(decorator.stats().hits()).isEqualTo(30);
            assertThat(decorator.stats().misses()).isEqualTo(30);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void caseE8_graphOfAFixedBatch_runsInPiecesOfIt(int fixed) {
        try (Model any = GraphModels.onnx();
                Model model = GraphModels.onnxOfBatch(fixed);
                CacheBlockDecorator decorator =
                        Decorated.audited(directory)
                                .setBlock(model.getBlock())
                                .optFingerprint("weights 1")
                                .build()) {
            NDList bare =
                    Decorated.run(
                            any.getBlock(),
                            any.getNDManager(),
                            GraphModels.inputs(any.getNDManager(), 20, 1));
            for (int rows : new int[] {1, 3, 20, 20}) {
                NDList inputs = GraphModels.inputs(model.getNDManager(), rows, 1);
                long[] ids = Arrays.copyOf(ids(0), rows);
                for (NDList batch : List.of(inputs, CacheIds.attach(inputs, ids))) {
                    NDList outputs = Decorated.train(decorator, model.getNDManager(), batch);
                    assertThat(outputs.get("argmax").toLongArray())
                            .containsExactly(Arrays.copyOf(bare.get("argmax").toLongArray(), rows));
                    assertThat(outputs.get("features").toFloatArray())
                            .usingComparatorWithPrecision(1e-5f)
                            .containsExactly(
                                    Arrays.copyOf(bare.get("features").toFloatArray(), rows * 16));
                }
            }
            assertThat(decorator.stats().misses()).isEqualTo(20);
            assertThat(decorator.stats().auditMismatches()).isZero();
            assertThat(decorator.getOutputShapes(new Shape[] {new Shape(5, 32)}, null))
                    .containsExactly(new Shape(5, 16), new Shape(5));
            NDList batch = GraphModels.inputs(model.getNDManager(), 12, 2);
            assertThat(BatchInvariance.check(model.getBlock(), batch).isDeterministic()).isTrue();
        }
    }

    private static long[] ids(long from) {
        long[] ids = new long[20];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = from + i;
        }
        return ids;
    }
}
