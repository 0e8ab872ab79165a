package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What docs/tensor-cache.md refuses, and that each of its rows has a test that is there. */
class TensorPromisesTest {

    @TempDir Path directory;

    @Test
    void puts_takeArraysTensorsAndBlocksAlone() {
        Stream<Class<?>> stored =
                Arrays.stream(TensorCache.class.getMethods())
                        .filter(method -> method.getName().startsWith("put"))
                        .map(Method::getParameterTypes)
                        .map(types -> types[1]);
        assertThat(stored).containsOnly(NDArray.class, NDList.class, List.class, Block.class);
    }

    @Test
    void parameters_ofAGraphOfOnnxRuntime_areRefused() throws Exception {
        try (Model model = Model.newInstance("mlp", "OnnxRuntime");
                TensorCache cache =
                        TensorCache.builder().setDirectory(directory).setName("a").open()) {
            model.load(Path.of("src/test/resources/onnx"));
            assertThatThrownBy(() -> cache.putParameters(TensorKey.of("a"), model.getBlock()))
                    .isInstanceOf(UnsupportedTensorException.class)
                    .hasMessageContaining("shows its parameters");
            assertThat(cache.list()).isEmpty();
        }
    }

    @Test
    void sparseArraysInCsr_areMadeByNoEngine() {
        for (String engine : List.of("PyTorch", "OnnxRuntime")) {
            try (NDManager manager = NDManager.newBaseManager(engine)) {
                long[] places = {0, 1};
                assertThatThrownBy(
                                () ->
                                        manager.createCSR(
                                                new float[] {1},
                                                places,
                                                new long[] {0},
                                                new Shape(1, 1),
                                                Device.cpu()))
                        .isInstanceOf(UnsupportedOperationException.class);
            }
        }
    }

    @Test
    void page_namesTestsThatAreThere() throws IOException {
        Matcher names =
                Pattern.compile("`(\\w+Test)`")
                        .matcher(Files.readString(Path.of("../docs/tensor-cache.md")));
        Set<String> named = new TreeSet<>();
        while (names.find()) {
            named.add(names.group(1));
        }
        assertThat(named)
                .hasSizeGreaterThan(9)
                .allSatisfy(
                        name ->
                                assertThat(
                                                Path.of(
                                                        "src/test/java/io/github/djlcachex/tensor",
                                                        name + ".java"))
                                        .exists());
    }
}
