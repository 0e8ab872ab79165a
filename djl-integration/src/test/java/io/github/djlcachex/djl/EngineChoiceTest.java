package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Case E18: whichever engine DJL picks by default among those on the class path, a block is run by
 * its own.
 */
class EngineChoiceTest {

    @TempDir Path directory;

    /** Returns this JVM's class path with some engines alone. */
    static String classPathWith(String engines) {
        List<String> all = List.of("pytorch", "tensorflow", "onnxruntime", "tokenizers");
        List<String> left =
                all.stream()
                        .filter(engine -> !List.of(engines.split(" ")).contains(engine))
                        .toList();
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> left.stream().noneMatch(name -> isOf(name, entry)))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isOf(String engine, String entry) {
        return new File(entry).getName().startsWith(engine);
    }

    @ParameterizedTest
    @CsvSource({
        "pytorch tensorflow onnxruntime tokenizers, '', PyTorch",
        "tensorflow onnxruntime tokenizers, '', TensorFlow",
        "onnxruntime tokenizers, '', Rust",
        "onnxruntime, '', OnnxRuntime",
        "pytorch tensorflow onnxruntime, OnnxRuntime, OnnxRuntime"
    })
    void caseE18_anyDefaultEngine_blocksRunInTheirOwn(String engines, String set, String expected)
            throws Exception {
        assumeThat(engines.contains("tensorflow") && !GraphModels.hasTensorFlow()).isFalse();
        List<String> flags = new ArrayList<>(List.of("-cp", classPathWith(engines)));
        if (!set.isEmpty()) {
            flags.add("-Dai.djl.default_engine=" + set);
        }
        String output = ChildJvm.run(flags, Program.class, directory.toString());
        assertThat(output).contains("default " + expected);
        long blocks =
                Arrays.stream(engines.split(" ")).filter(e -> !e.equals("tokenizers")).count();
        assertThat(output.lines().filter(line -> line.startsWith("same ")))
                .as(output)
                .hasSize((int) blocks);
    }

    /** Runs a block of each engine that there is: new rows, some known ones, known ones alone. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) {
            System.out.println("default " + Engine.getDefaultEngineName());
            for (String engine : List.of("PyTorch", "OnnxRuntime", "TensorFlow")) {
                if (Engine.hasEngine(engine)) {
                    try (Model model = GraphModels.several(engine, "several")) {
                        run(engine, model, Path.of(arguments[0]).resolve(engine));
                    }
                }
            }
        }

        private static void run(String engine, Model model, Path directory) {
            try (CacheBlockDecorator cached =
                            Decorated.audited(directory)
                                    .setBlock(model.getBlock())
                                    .optFingerprint("1")
                                    .optSharedInputs(0)
                                    .build();
                    NDManager manager = model.getNDManager().newSubManager()) {
                for (int rows : new int[] {16, 20, 20}) {
                    int[] ids = IntStream.range(0, rows).toArray();
                    NDList inputs = SeveralInputsTest.inputs(manager, 3, ids);
                    NDList bare = Decorated.run(model.getBlock(), manager, inputs);
                    NDList batch = SeveralInputsTest.withIds(inputs, ids);
                    assertThat(Bits.hex(Decorated.train(cached, manager, batch)))
                            .isEqualTo(Bits.hex(bare));
                }
                Shape rows = new Shape(4, SeveralInputsTest.WIDTH);
                Shape[] shapes = {new Shape(1), rows, rows, rows};
                assertThat(cached.getOutputShapes(shapes)[0].get(0)).isEqualTo(4);
                assertThat(cached.stats().misses()).isEqualTo(20);
                System.out.println("same " + engine);
            }
        }
    }
}
