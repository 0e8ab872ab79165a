package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/** Arrays on which PyTorch ends the JVM if it is asked the wrong thing: in a JVM of their own. */
class NativeCrashTest {

    private static final int ROWS = 4;

    @TempDir Path directory;

    @Test
    void forward_arraysOfEveryKind_neverEndTheJvm() throws Exception {
        String output = ChildJvm.run(Program.class, directory.toString());
        assertThat(output.lines().filter(line -> line.startsWith("tried ")))
                .as(output)
                .hasSize(Program.KINDS * Program.BLOCKS);
        assertThat(output).contains("tried text through lambda: 2 rows cached");
    }

    /** Runs batches of every kind of array through every kind of block. */
    static final class Program {

        static final int KINDS = 16;
        static final int BLOCKS = 3;

        private Program() {}

        public static void main(String[] args) throws Exception {
            try (NDManager manager = NDManager.newBaseManager("PyTorch");
                    Fixture module = Fixture.of("mlp")) {
                Map<String, Block> blocks = new LinkedHashMap<>();
                blocks.put("module", module.block());
                blocks.put("network", new SequentialBlock().add(module.block()));
                blocks.put("lambda", new LambdaBlock(list -> ones(list, manager)));
                for (Map.Entry<String, Block> block : blocks.entrySet()) {
                    for (Map.Entry<String, NDArray> kind : kinds(manager).entrySet()) {
                        Path directory = Files.createTempDirectory(Path.of(args[0]), "cache");
                        System.out.printf(
                                Locale.ROOT,
                                "tried %s through %s: %s%n",
                                kind.getKey(),
                                block.getKey(),
                                attempt(block.getValue(), kind.getValue(), manager, directory));
                    }
                }
            }
        }

        private static NDList ones(NDList inputs, NDManager manager) {
            return new NDList(manager.ones(new Shape(inputs.head().getShape().get(0), 3)));
        }

        private static Map<String, NDArray> kinds(NDManager manager) throws Exception {
            Map<String, NDArray> kinds = new LinkedHashMap<>();
            for (DataType type :
                    new DataType[] {
                        DataType.FLOAT32, DataType.FLOAT64, DataType.FLOAT16, DataType.INT8,
                        DataType.UINT8, DataType.INT32, DataType.INT64, DataType.BOOLEAN
                    }) {
                NDArray ones = manager.ones(new Shape(ROWS, 32));
                kinds.put(type.name(), ones.toType(type, false));
            }
            for (String name : new String[] {"to_bfloat16", "to_int16", "to_complex64"}) {
                Fixture fixture = Fixture.of(name);
                kinds.put(name, Decorated.run(fixture.block(), manager, fixture.inputs()).head());
            }
            kinds.put(
                    "text",
                    manager.create(
                            new String[] {"a", "b", "c", "d"},
                            StandardCharsets.UTF_8,
                            new Shape(ROWS)));
            kinds.put(
                    "sparse",
                    manager.createCoo(
                            FloatBuffer.wrap(new float[] {1, 2}),
                            new long[][] {{0, 1}, {2, 0}},
                            new Shape(ROWS, 32)));
            kinds.put("scalar", manager.create(1f));
            kinds.put("empty", manager.create(new Shape(0, 32)));
            NDArray closed = manager.ones(new Shape(ROWS, 32));
            closed.close();
            kinds.put("closed", closed);
            return kinds;
        }

        /** Trains on half of the rows and then on all, so that rows are picked from the arrays. */
        private static String attempt(
                Block block, NDArray input, NDManager manager, Path directory) {
            try (CacheBlockDecorator decorator =
                    Decorated.audited(directory).setBlock(block).optFingerprint("1").build()) {
                String first = run(decorator, input, manager, 0, 0, 1, 1);
                String second = run(decorator, input, manager, 0, 1, 2, 3);
                return first.equals(second)
                        ? first
                        : decorator.stats().hits() + " rows cached, " + second;
            }
        }

        private static String run(
                CacheBlockDecorator decorator, NDArray input, NDManager manager, long... ids) {
            try {
                long[] named =
                        input.getShape().dimension() > 0 && input.getShape().get(0) == 0
                                ? LongStream.empty().toArray()
                                : ids;
                Decorated.train(decorator, manager, CacheIds.attach(new NDList(input), named));
                return decorator.stats().hits() + " rows cached";
            } catch (RuntimeException e) {
                return String.valueOf(e).lines().findFirst().orElse("");
            }
        }
    }
}
