package io.github.djlcachex.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.ChildJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** An embedding matrix that is much larger than the heap. */
class LargeTensorTest {

    @TempDir Path directory;

    /** Puts a matrix, and compares it with what comes back. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            TensorKey key = TensorKey.of("embeddings");
            try (TensorCache cache =
                            TensorCache.builder()
                                    .setDirectory(Path.of(args[0]))
                                    .setName("large")
                                    .open();
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                NDArray matrix = manager.arange(62_500_000f).reshape(new Shape(-1, 500));
                TensorEntry entry = cache.put(key, matrix).orThrow();
                System.out.println("bytes " + entry.rawBytes());
                NDArray got = cache.get(key, manager).orElseThrow().head();
                System.out.println("equal " + got.contentEquals(matrix));
                System.out.println("heap " + (Runtime.getRuntime().maxMemory() >> 20));
            }
        }
    }

    @Test
    void matrix_largerThanTheHeap_isStoredAndRead() throws Exception {
        String output = ChildJvm.run(List.of("-Xmx96m"), Program.class, directory.toString());
        assertThat(output).contains("bytes 250000000", "equal true", "heap 96");
    }
}
