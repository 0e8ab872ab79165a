package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;

import io.github.djlcachex.djl.ChildJvm;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A JVM without an engine, or even without DJL: what needs no array works. */
class NoEngineTest {

    private static final TensorKey KEY = TensorKey.of("of PyTorch");

    @TempDir Path directory;

    @BeforeEach
    void putArrays() {
        try (TensorCache cache = open(directory);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            cache.put(KEY, manager.create(new float[] {1, 2, 3})).orThrow();
        }
    }

    private static TensorCache open(Path directory) {
        return TensorCache.builder().setDirectory(directory).setName("cache").open();
    }

    /** Does everything that needs no array, and then says what reading arrays does. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            TensorKey other = TensorKey.of("bytes");
            try (TensorCache cache = open(Path.of(args[0]))) {
                System.out.println("list " + cache.list().get(0).tensors());
                System.out.println(
                        "float " + cache.read(KEY).orElseThrow().get(0).data().getFloat(8));
                RawTensor raw =
                        RawTensor.of(TensorType.INT8, new long[] {1}, ByteBuffer.allocate(1));
                cache.putRaw(other, List.of(raw)).orThrow();
                Path file = Path.of(args[0], "a.npz");
                NumpyFiles.writeNpz(cache.read(other).orElseThrow(), file);
                System.out.println("npz " + NumpyFiles.readNpz(file));
                System.out.println("removed " + cache.remove(other) + cache.contains(other));
                if (args.length == 1) {
                    System.out.println("got " + cache.get(KEY));
                }
            } catch (MissingEngineException e) {
                System.out.println("missing: " + e.getMessage());
            }
        }
    }

    private static String classPathWithout(String... names) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Arrays.stream(names).noneMatch(entry::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void assertWorks(String output) {
        assertThat(output)
                .contains("list [FLOAT32[3], 12 of 12 bytes]")
                .contains("float 3.0")
                .contains("npz [RawTensor(INT8[1])]")
                .contains("removed truefalse");
    }

    @Test
    void jvmWithoutAnEngine_doesWhatNeedsNone_andNamesTheDependency() throws Exception {
        String classPath = classPathWithout("pytorch-", "onnxruntime", "tensorflow-", "tokenizers");
        String output = ChildJvm.run(List.of("-cp", classPath), Program.class, directory + "");
        assertWorks(output);
        assertThat(output)
                .contains("missing: ")
                .contains("an engine of DJL on the class path, found none")
                .contains("add ai.djl.pytorch:pytorch-engine");
    }

    @Test
    void jvmWithoutDjl_doesWhatNeedsNone_andNamesTheDependency() throws Exception {
        String classPath = classPathWithout("djl/", "djl\\", "onnxruntime");
        String output = ChildJvm.run(List.of("-cp", classPath), Program.class, directory + "");
        assertWorks(output);
        assertThat(output).contains("missing: ").contains("found not even ai.djl:api");
    }

    @Test
    void jvmWithEngines_loadsNoneBeforeItIsNeeded() throws Exception {
        String output =
                ChildJvm.run(
                        List.of("-Xlog:class+load"), Program.class, directory + "", "without get");
        assertWorks(output);
        assertThat(output).doesNotContain("ai.djl.pytorch").doesNotContain("ai.djl.engine.Engine");
    }
}
