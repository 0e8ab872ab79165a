package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDList;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

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

    private static long[] ids(long from) {
        long[] ids = new long[20];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = from + i;
        }
        return ids;
    }
}
