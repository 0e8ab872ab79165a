package io.github.djlcachex.internal.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The number of mappings of a process, and what follows when the system gives none. */
class MappingsTest {

    private static final int PAGE = 4096;

    @TempDir Path directory;

    private Path file() throws IOException {
        return Files.write(directory.resolve("file"), new byte[PAGE]);
    }

    @Test
    void map_asManyAsThereMayBe_givesNoMoreUntilSomeAreFreed() throws IOException {
        Mappings mappings = new Mappings(3);
        List<ByteBuffer> maps = new ArrayList<>();
        try (ReadableFile file = new FileStorage().open(file())) {
            for (int i = 0; i < 3; i++) {
                maps.add(mapped(mappings, file));
            }
            assertThat(mappings.map(file, 0, PAGE)).isNull();
            assertThat(maps).doesNotContainNull();
            maps.clear();
            Await.until("the mappings are freed", () -> isMappedAfterCollection(mappings, file));
        }
    }

    private static ByteBuffer mapped(Mappings mappings, ReadableFile file) {
        ByteBuffer map = mappings.map(file, 0, PAGE);
        if (map == null) {
            throw new AssertionError("no mapping");
        }
        return map;
    }

    private static boolean isMappedAfterCollection(Mappings mappings, ReadableFile file) {
        System.gc();
        return mappings.map(file, 0, PAGE) != null;
    }

    @Test
    void ofProcess_isBelowTheLimitOfTheKernel() throws IOException {
        Path limit = Path.of("/proc/sys/vm/max_map_count");
        int allowed =
                Files.exists(limit)
                        ? Integer.parseInt(Files.readAllLines(limit).get(0).strip())
                        : 65_530;
        assertThat(Mappings.OF_PROCESS.most()).isBetween(allowed / 2, allowed - allowed / 10);
    }

    @Test
    void map_systemHasNoneLeft_isNotAskedAgainAtOnce() {
        Refusing file = new Refusing(new IOException("Map failed", new OutOfMemoryError()));
        Mappings mappings = new Mappings(10);
        assertThat(mappings.map(file, 0, PAGE)).isNull();
        assertThat(mappings.map(file, 0, PAGE)).isNull();
        assertThat(file.asked).hasValue(1);
    }

    @Test
    void map_oneFileCannotBeMapped_othersAreTried() {
        Refusing file = new Refusing(new IOException("No such device"));
        Mappings mappings = new Mappings(1);
        assertThat(mappings.map(file, 0, PAGE)).isNull();
        assertThat(mappings.map(file, 0, PAGE)).isNull();
        assertThat(file.asked).hasValue(2);
    }

    @Test
    void map_heapHasNoMemory_isNone() {
        Refusing file = new Refusing(null);
        assertThat(new Mappings(1).map(file, 0, PAGE)).isNull();
    }

    /** A file that cannot be mapped. */
    private static final class Refusing implements ReadableFile {
        private final AtomicInteger asked = new AtomicInteger();
        private final @Nullable IOException failure;

        Refusing(@Nullable IOException failure) {
            this.failure = failure;
        }

        @Override
        public ByteBuffer map(long position, long sizeBytes) throws IOException {
            asked.incrementAndGet();
            if (failure == null) {
                throw new OutOfMemoryError("injected");
            }
            throw failure;
        }

        @Override
        public long sizeBytes() {
            return PAGE;
        }

        @Override
        public int read(ByteBuffer target, long position) {
            return -1;
        }

        @Override
        public void close() {}
    }
}
