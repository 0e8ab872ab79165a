package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.scenario.programs.WriterPrograms.Checked;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.Root;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.Tmpfs;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;

/** Training that goes on while its disk is full, at every size from nothing to enough. */
@Tag("T10")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FullDiskTest {

    private static final int FLUSHES = 3;
    private static final int FLUSH_ROWS = 500;
    private static final int STEP_KIB = 4;
    private static final int MOST_KIB = 1024;
    private static final int MOST_INODES = 100;

    @TempDir Path scratch;
    private int writableFrom;
    private int lostFlushes;

    @Test
    void disk_fullAtEverySize_trainingGoesOnAndWritingResumes() throws Exception {
        Reliability.prove(
                "T10 disk full",
                20,
                line -> {
                    Root.demand(line);
                    line.filesystem("tmpfs, a small one");
                    boolean fits = false;
                    for (int kib = STEP_KIB; !fits && kib <= MOST_KIB; kib += STEP_KIB) {
                        fits = trainsOn(line, "size=" + kib + "k", "size=16m");
                        line.run();
                    }
                    line.note(
                            "sizes in steps of "
                                    + STEP_KIB
                                    + " KiB; "
                                    + lostFlushes
                                    + " flushes lost");
                    assertThat(fits).as("there is room in the end").isTrue();
                    assertThat(lostFlushes).isPositive();
                });
    }

    @Test
    void disk_withoutInodesAtEveryNumber_trainingGoesOnAndWritingResumes() throws Exception {
        Reliability.prove(
                "T10 inodes exhausted",
                6,
                line -> {
                    Root.demand(line);
                    line.filesystem("tmpfs, a small one");
                    boolean fits = false;
                    for (int inodes = 2; !fits && inodes <= MOST_INODES; inodes++) {
                        fits = trainsOn(line, "nr_inodes=" + inodes, "nr_inodes=1000");
                        line.run();
                    }
                    line.note(
                            "opened from "
                                    + writableFrom
                                    + " inodes on; "
                                    + lostFlushes
                                    + " flushes lost");
                    assertThat(fits).as("there is room in the end").isTrue();
                    assertThat(lostFlushes).isPositive();
                });
    }

    /** Trains on a small disk, then on a larger one; returns whether the small one was enough. */
    private boolean trainsOn(Reliability line, String small, String large) throws Exception {
        try (Tmpfs disk = Tmpfs.mount(scratch, small)) {
            TreeSet<Integer> acknowledged = new TreeSet<>();
            Path directory = disk.directory().resolve("cache");
            boolean resumed = false;
            try (FeatureCache cache = Caches.at(directory).memoryTierBytes(0).open()) {
                writableFrom = writableFrom == 0 ? (int) line.runs() + 2 : writableFrom;
                for (int flush = 0; flush < FLUSHES; flush++) {
                    if (trains(line, cache, flush)) {
                        acknowledged.add(flush);
                    }
                    assertThat(TestFiles.below(directory, ".tmp")).as(small).isEmpty();
                }
                lostFlushes += FLUSHES - acknowledged.size();
                for (int flush : acknowledged) {
                    check(line, cache, keys(flush));
                    checkAsAnotherProcess(line, directory, keys(flush));
                }
                boolean enough = acknowledged.size() == FLUSHES;
                disk.remount(large);
                for (int flush = 0; flush <= FLUSHES; flush++) {
                    assertThat(trains(line, cache, flush)).as("%s, then %s", small, large).isTrue();
                }
                resumed = true;
                return enough;
            } catch (CacheIoException e) { // not even the directories: a typed exception
                assertThat(acknowledged).isEmpty();
                assertThat(e).hasMessageContaining(directory.toString());
                disk.remount(large);
                return false;
            } finally {
                reopen(line, directory, resumed);
            }
        }
    }

    /** One step: gather, compute what is missing, put it, flush; true if all of it is on disk. */
    private static boolean trains(Reliability line, FeatureCache cache, int flush) {
        Keys keys = keys(flush);
        line.wrong(Checked.of(cache, keys).wrong());
        Keys missing = keys.select(cache.missing(keys));
        PutResult put = cache.put(missing, Caches.ROWS.batch(missing));
        FlushReport report = cache.flush();
        assertThat(put.stored() + put.declined()).isEqualTo(missing.size());
        assertThat(report.persistedRows() + report.lostRows()).isEqualTo(put.stored());
        if (report.lostRows() > 0) {
            assertThat(report.failures()).isNotEmpty();
        }
        boolean complete = report.isComplete() && put.declined() == 0;
        if (complete) {
            check(line, cache, keys);
        }
        return complete;
    }

    private static void checkAsAnotherProcess(Reliability line, Path directory, Keys keys)
            throws IOException {
        Store store = Caches.separate(directory);
        try {
            line.lost(keys.size() - Caches.rightHits(store, keys));
        } finally {
            store.close();
        }
    }

    private static void reopen(Reliability line, Path directory, boolean resumed) {
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.stats().skippedSegments()).isZero();
            for (int flush = 0; resumed && flush <= FLUSHES; flush++) {
                check(line, cache, keys(flush));
            }
            for (int flush = 0; flush <= FLUSHES; flush++) {
                assertThat(trains(line, cache, flush)).isTrue();
            }
            assertThat(TestFiles.below(directory, ".tmp")).isEmpty();
        }
    }

    private static Keys keys(int flush) {
        return TestRows.range((long) flush * FLUSH_ROWS, (flush + 1L) * FLUSH_ROWS);
    }

    private static void check(Reliability line, FeatureCache cache, Keys keys) {
        Checked checked = Checked.of(cache, keys);
        line.lost(checked.missing());
        line.wrong(checked.wrong());
    }
}
