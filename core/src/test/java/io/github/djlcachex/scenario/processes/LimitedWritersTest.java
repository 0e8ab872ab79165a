package io.github.djlcachex.scenario.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.scenario.programs.LimitPrograms;
import io.github.djlcachex.testing.ChildJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Processes that write to one directory with a limit. */
class LimitedWritersTest {

    private static final int WRITERS = 8;
    private static final long KEYS_OF_ONE = 100_000;
    private static final long MAX_BYTES = 64L << 20;

    private static final long WATCH_NANOS = 2_000_000;

    /** What a file has beside its rows, generously. */
    private static final long SEGMENT_FILE_BYTES = LimitPrograms.SEGMENT_BYTES + (128 << 10);

    @TempDir Path directory;
    @TempDir Path errors;

    @Test
    void eightProcesses_exceedTheLimitByASegmentEachAtMost() throws Exception {
        CacheDirectory cacheDirectory = CacheDirectory.of(directory);
        cacheDirectory.setLimits(CacheLimits.builder().maxBytes(MAX_BYTES).build());
        List<ChildJvm> writers = new ArrayList<>();
        AtomicLong most = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        Thread watch =
                new Thread(
                        () -> {
                            while (!over.get()) {
                                most.accumulateAndGet(cacheDirectory.usage().bytes(), Math::max);
                                LockSupport.parkNanos(WATCH_NANOS); // the writers need the cores
                            }
                        });
        long persisted = 0;
        try {
            for (int i = 0; i < WRITERS; i++) {
                Class<?> program = LimitPrograms.Filler.class;
                writers.add(ChildJvm.start(errors, program, directory, i * KEYS_OF_ONE));
            }
            for (ChildJvm writer : writers) {
                writer.awaitLine("ready");
            }
            watch.start();
            for (ChildJvm writer : writers) {
                writer.send("go");
            }
            for (ChildJvm writer : writers) {
                writer.awaitLine("accepted");
                persisted +=
                        Long.parseLong(writer.awaitLine("persisted").replace("persisted ", ""));
                assertThat(writer.awaitEnd()).as(writer.errors()).isZero();
            }
        } finally {
            over.set(true);
            watch.join();
            writers.forEach(ChildJvm::close);
        }
        assertThat(most.get())
                .isBetween(
                        MAX_BYTES - WRITERS * SEGMENT_FILE_BYTES,
                        MAX_BYTES + (WRITERS - 1) * SEGMENT_FILE_BYTES);
        long found = 0;
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            found = cache.rowCount();
            LongKeys keys = (LongKeys) cache.keys();
            for (int i = 0; i < keys.size(); i++) {
                long key = keys.get(i);
                assertThat(cache.get(key)).contains(LimitPrograms.row(key));
            }
        }
        assertThat(found).isEqualTo(persisted);
    }

    @Test
    void fullDirectory_isSaidOnce() throws Exception {
        Path cache = directory.resolve("cache");
        CacheDirectory.of(cache).setLimits(CacheLimits.builder().maxBytes(200_000).build());
        try (ChildJvm child = ChildJvm.start(errors, LimitPrograms.FullDirectory.class, cache)) {
            assertThat(child.awaitEnd()).isZero();
            assertThat(child.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("no room for more rows", "at most 200000 bytes", "setLimits");
        }
    }
}
