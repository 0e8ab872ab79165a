package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.QuickDirectory;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A damaged snapshot: all rows are found all the same, and right. */
class IndexSnapshotDamageTest {

    private static final int ROWS = 12;

    /** In the short tier every fifth bit of every byte, so that each is some byte's first. */
    private static final int BIT_STEP = Reliability.runs(5, 1);

    /** A directory with one snapshot of two segments. */
    private static final class Scene implements AutoCloseable {
        private final QuickDirectory directory = new QuickDirectory();
        private final Reliability line;
        private final Keys keys;
        private final ExpectedRows expected;
        final Path snapshot;
        final byte[] intact;

        Scene(KeyType type, Reliability line) throws IOException {
            this.line = line;
            keys = ExpectedRows.keys(type, 0, ROWS);
            expected = new ExpectedRows(Caches.ROWS, keys);
            try (FeatureCache cache =
                    Caches.at(directory.path()).segmentRows(7).indexSnapshotRows(ROWS).open()) {
                assertThat(Caches.put(cache, keys).stored()).isEqualTo(ROWS);
            }
            snapshot = Caches.paths(directory.path()).snapshot();
            intact = Files.readAllBytes(snapshot);
        }

        void judge(ReadMode mode) {
            try (FeatureCache cache =
                    Caches.at(directory.path()).readOnly(true).readMode(mode).open()) {
                RowBatch into = Caches.ROWS.room(cache, keys);
                GatherResult result = cache.gather(keys, into);
                line.lost(result.missing().length);
                line.wrong(expected.wrong(into, result.missing()));
                line.lost(cache.keys().size() == ROWS ? 0 : 1);
            }
            line.run();
        }

        @Override
        public void close() {
            directory.close();
        }
    }

    @Test
    @Tag("T7")
    void snapshot_withAnyBitFlipped_hidesNoRowAndGivesNoWrongOne() throws Exception {
        Reliability.prove(
                "T7 bit flips in an index snapshot",
                Reliability.runs(12_000, 65_000),
                line -> {
                    for (KeyType type : KeyType.values()) {
                        try (Scene scene = new Scene(type, line)) {
                            flipBits(scene);
                        }
                    }
                });
    }

    private static void flipBits(Scene scene) throws IOException {
        for (int bit = 0; bit < 8 * scene.intact.length; bit += BIT_STEP) {
            byte flipped = (byte) (scene.intact[bit / 8] ^ 1 << bit % 8);
            TestFiles.overwrite(scene.snapshot, bit / 8, new byte[] {flipped});
            scene.judge(bit / BIT_STEP % 2 == 0 ? ReadMode.MAPPED : ReadMode.POSITIONAL);
            TestFiles.overwrite(scene.snapshot, bit / 8, new byte[] {scene.intact[bit / 8]});
        }
    }

    @Test
    @Tag("T8")
    void snapshot_truncatedZeroedOrGarbage_hidesNoRow() throws Exception {
        int step = Reliability.runs(7, 1);
        Reliability.prove(
                "T8 truncated snapshot",
                Reliability.runs(1_200, 8_400),
                line -> {
                    for (KeyType type : KeyType.values()) {
                        try (Scene scene = new Scene(type, line)) {
                            for (int bytes = 0; bytes < scene.intact.length; bytes += step) {
                                Files.write(scene.snapshot, Arrays.copyOf(scene.intact, bytes));
                                scene.judge(
                                        bytes / step % 2 == 0
                                                ? ReadMode.MAPPED
                                                : ReadMode.POSITIONAL);
                            }
                            Files.write(scene.snapshot, new byte[scene.intact.length]);
                            scene.judge(ReadMode.MAPPED);
                            Files.delete(scene.snapshot);
                            Files.createDirectory(scene.snapshot);
                            scene.judge(ReadMode.MAPPED);
                        }
                    }
                });
    }
}
