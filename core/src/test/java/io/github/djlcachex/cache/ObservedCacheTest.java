package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a program sees that watches a cache. */
class ObservedCacheTest {

    @TempDir Path directory;

    private FeatureCache open() {
        return FeatureCache.builder().directory(directory).moduleId("observed").open();
    }

    @Test
    void stats_whileRowsWaitAndAfterAFlush_tellBytesAndFiles() throws Exception {
        try (FeatureCache cache = open()) {
            assertThat(cache.stats().pendingBytes()).isZero();
            cache.put("a", new float[] {1, 2, 3});
            cache.put("b", new float[] {4, 5, 6});
            assertThat(cache.stats().pendingRows()).isEqualTo(2);
            assertThat(cache.stats().pendingBytes()).isEqualTo(2 * 3 * Float.BYTES);
            assertThat(cache.stats().segments()).isZero();
            assertThat(cache.stats().segmentWrites()).isZero();
            cache.flush();
            assertThat(cache.stats().pendingRows()).isZero();
            assertThat(cache.stats().pendingBytes()).isZero();
            assertThat(cache.stats().segments()).isEqualTo(1);
            assertThat(cache.stats().segmentWrites()).isEqualTo(1);
            assertThat(cache.stats().segmentWriteTime()).isPositive();
        }
        try (FeatureCache again = open()) {
            assertThat(again.stats().segments()).isEqualTo(1);
            assertThat(again.stats().segmentWrites()).isZero();
        }
    }

    @Test
    void diskBytes_ofAGeneration_areThoseOfAllItsFiles() throws Exception {
        FeatureCache cache = open();
        cache.put("a", new float[] {1, 2, 3});
        cache.putNote("note", "text");
        cache.flush();
        assertThat(cache.diskBytes()).isEqualTo(sizes(cache.directory())).isPositive();
        cache.close();
        assertThat(cache.diskBytes()).isEqualTo(sizes(cache.directory()));
    }

    private static long sizes(Path generation) throws IOException {
        try (Stream<Path> files = Files.walk(generation)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void whenClosed_actions_runOnceAfterTheClose() {
        List<String> seen = new ArrayList<>();
        FeatureCache cache = open();
        cache.whenClosed(
                () -> {
                    throw new IllegalStateException("is logged");
                });
        cache.whenClosed(() -> seen.add("closed: " + cache.isClosed()));
        assertThat(seen).isEmpty();
        cache.close();
        assertThat(seen).containsExactly("closed: true");
        cache.close();
        assertThat(seen).hasSize(1);
        cache.whenClosed(() -> seen.add("late"));
        assertThat(seen).hasSize(2);
    }

    @Test
    void whenClosed_ofNull_isRefused() {
        @Nullable Runnable none = null;
        try (FeatureCache cache = open()) {
            assertThatThrownBy(() -> whenClosed(cache, none))
                    .isInstanceOf(InvalidOptionException.class);
        }
    }

    @SuppressWarnings("NullAway") // a caller that is not checked
    private static void whenClosed(FeatureCache cache, @Nullable Runnable action) {
        cache.whenClosed(action);
    }
}
