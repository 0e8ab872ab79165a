package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Four ranks that write overlapping keys at once, each key with bytes that tell its writer. */
@Tag("T14")
class FourRanksTest {

    private static final int ROUNDS = 10;
    private static final int RANKS = 4;
    private static final int KEYS_A_RANK = 1200;
    private static final int SHIFT = 300;
    private static final int KEYS = (RANKS - 1) * SHIFT + KEYS_A_RANK;

    @TempDir Path scratch;

    @Test
    void ranks_writeOverlappingKeys_theirUnionIsRightAndTheSameForAll() throws Exception {
        Reliability.prove(
                "T14 four ranks",
                ROUNDS,
                line -> {
                    long copies = 0;
                    for (int round = 0; round < ROUNDS; round++) {
                        Path directory = scratch.resolve("round" + round);
                        copies += writeAll(directory);
                        judge(line, directory);
                        line.run();
                    }
                    line.note(copies + " rows on disk for " + ROUNDS * KEYS + " keys");
                    assertThat(copies).as("some keys have two rows").isGreaterThan(ROUNDS * KEYS);
                });
    }

    /** Returns how many rows the ranks stored. */
    private long writeAll(Path directory) throws Exception {
        List<WatchedJvm> ranks = new ArrayList<>();
        try {
            for (int rank = 0; rank < RANKS; rank++) {
                ranks.add(
                        WatchedJvm.in(scratch)
                                .start(
                                        SharedPrograms.Rank.class,
                                        directory,
                                        rank,
                                        rank * SHIFT,
                                        KEYS_A_RANK));
            }
            for (WatchedJvm rank : ranks) {
                rank.awaitLine("ready");
            }
            for (WatchedJvm rank : ranks) {
                rank.send("go");
            }
            long stored = 0;
            for (int rank = 0; rank < RANKS; rank++) {
                WatchedJvm child = ranks.get(rank);
                assertThat(child.awaitEnd(120)).as(child.errors()).isZero();
                assertThat(child.lastNumber("flushed", 0))
                        .isEqualTo((long) rank * SHIFT + KEYS_A_RANK);
                stored += child.lastNumber("stored", 0);
            }
            return stored;
        } finally {
            ranks.forEach(WatchedJvm::close);
        }
    }

    private void judge(Reliability line, Path directory) throws Exception {
        Keys keys = TestRows.range(0, KEYS);
        RowBatch expected = smallestNames(directory);
        RowBatch found = RowBatch.allocate(Caches.ROWS.schema(), KEYS);
        long digest;
        try (FeatureCache cache = Caches.at(directory).open()) {
            line.lost(cache.gather(keys, found).missing().length);
            assertThat(cache.rowCount()).isEqualTo(KEYS);
            digest = SharedPrograms.Digest.of(cache, keys);
        }
        for (int key = 0; key < KEYS; key++) {
            line.wrong(sameRow(expected, found, key) && isSomeRanks(found, key) ? 0 : 1);
        }
        try (WatchedJvm other =
                WatchedJvm.in(scratch).start(SharedPrograms.Digest.class, directory, KEYS)) {
            assertThat(WatchedJvm.number(other.awaitLine("digest"))).isEqualTo(digest);
        }
    }

    /** For each key the row in the file of the smallest name, read without the cache. */
    private static RowBatch smallestNames(Path directory) throws IOException {
        RowBatch rows = RowBatch.allocate(Caches.ROWS.schema(), KEYS);
        Map<Object, Path> owners = new HashMap<>();
        for (Path path : TestFiles.below(directory, ".arrow")) {
            SegmentName name =
                    SegmentName.parse(String.valueOf(path.getFileName()), SegmentName.COMMITTED)
                            .orElseThrow();
            SegmentFile.Opened opened = SegmentFile.open(new FileStorage(), path, name, false);
            for (int row = 0; row < opened.keys().size(); row++) {
                Object key = opened.keys().getObject(row);
                if (owners.putIfAbsent(key, path) == null) {
                    opened.file().copyRow(row, rows, Math.toIntExact((Long) key));
                }
            }
            opened.file().close();
        }
        return rows;
    }

    private static boolean sameRow(RowBatch first, RowBatch second, int row) {
        for (int column = 0; column < first.schema().columns().size(); column++) {
            int bytes = first.schema().columns().get(column).rowBytes();
            if (!first.buffer(column)
                    .slice(row * bytes, bytes)
                    .equals(second.buffer(column).slice(row * bytes, bytes))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a row is what one of the ranks that put this key computed. */
    private static boolean isSomeRanks(RowBatch found, int key) {
        Keys all = TestRows.range(0, KEYS);
        for (int rank = 0; rank < RANKS; rank++) {
            boolean put = key >= rank * SHIFT && key < rank * SHIFT + KEYS_A_RANK;
            if (put && SharedPrograms.Rank.rows(rank).isRight(all, key, found)) {
                return true;
            }
        }
        return false;
    }
}
