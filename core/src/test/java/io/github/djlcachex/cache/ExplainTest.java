package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

class ExplainTest {

    @TempDir Path root;

    private FeatureCacheBuilder builder() {
        return manual().indexSnapshotRows(0);
    }

    private FeatureCacheBuilder snapshots() {
        return manual().indexSnapshotRows(1);
    }

    private FeatureCacheBuilder manual() {
        return FeatureCache.builder()
                .directory(root)
                .moduleId("explained")
                .maintenance(MaintenanceMode.MANUAL);
    }

    private static List<RowState> states(FeatureCache cache, String... ids) {
        return cache.explain(Keys.of(ids)).stream().map(RowExplanation::state).toList();
    }

    @Test
    void rows_storedWaitingRemovedAndNever_areToldApart() {
        try (FeatureCache cache = builder().open()) {
            assertThat(states(cache, "a")).containsExactly(RowState.NEVER_STORED);
            cache.put("a", new float[] {1});
            cache.put("b", new float[] {2});
            cache.flush();
            cache.remove(Keys.of("b"));
            cache.put("c", new float[] {3});
            assertThat(states(cache, "a", "b", "c", "d", "a"))
                    .containsExactly(
                            RowState.STORED,
                            RowState.REMOVED,
                            RowState.IN_MEMORY,
                            RowState.NEVER_STORED,
                            RowState.STORED);
            cache.put("b", new float[] {4});
            cache.flush();
            assertThat(states(cache, "b", "c")).containsOnly(RowState.STORED);
            assertThat(cache.explain(Keys.of("a")).get(0).file())
                    .hasValueSatisfying(file -> assertThat(file).exists());
            assertThatThrownBy(() -> cache.explain(Keys.of(1L)))
                    .isInstanceOf(KeyTypeMismatchException.class);
        }
    }

    @Test
    void row_whoseBytesChanged_isDamaged_andOneOfATruncatedFileIsUnknown() throws IOException {
        try (FeatureCache cache = builder().open()) {
            cache.put("a", new float[] {7.25f, 7.25f});
            cache.put("b", new float[] {1, 2});
            cache.flush();
            Path file = cache.segments().get(0).file();
            byte[] bytes = Files.readAllBytes(file);
            byte[] row = {0, 0, (byte) 0xe8, 0x40, 0, 0, (byte) 0xe8, 0x40};
            int at = indexOf(bytes, row);
            bytes[at] ^= 1;
            Files.write(file, bytes);
            assertThat(states(cache, "a", "b")).containsExactly(RowState.DAMAGED, RowState.STORED);
        }
        try (FeatureCache cache = builder().open()) {
            TestFiles.truncate(cache.segments().get(0).file(), 100);
        }
        try (FeatureCache cache = builder().readOnly(true).open()) {
            assertThat(states(cache, "b")).containsExactly(RowState.UNKNOWN);
        }
    }

    @Test
    void rowThatTheIndexKnows_whoseFileCannotBeReadOrIsGone_isUnknown() throws IOException {
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Seams.storage(snapshots(), storage).open()) {
            for (long key = 0; key < 100; key++) {
                cache.put(key, new float[] {key});
            }
            cache.flush();
        }
        try (FeatureCache cache = Seams.storage(snapshots(), storage).readOnly(true).open()) {
            Keys known = Keys.of(7L);
            assertThat(cache.missing(known)).isEmpty();
            storage.rule(FaultyStorage.failing(FaultyStorage.Op.OPEN, ".arrow", 1));
            RowExplanation explained = cache.explain(known).get(0);
            assertThat(explained.state()).isEqualTo(RowState.UNKNOWN);
            assertThat(explained.file()).isPresent();
            assertThat(cache.explain(known).get(0).state()).isEqualTo(RowState.STORED);
            Files.delete(cache.segments().get(0).file());
            assertThat(cache.explain(known).get(0).state()).isEqualTo(RowState.UNKNOWN);
        }
    }

    @Test
    void removedRow_isUnknownWhileAFileOfAfterTheRemovalCannotBeRead() {
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Seams.storage(builder(), storage).open()) {
            cache.put("a", new float[] {1});
            cache.flush();
            cache.remove(Keys.of("a"));
            storage.rule(ExplainTest::noSegmentOpens);
            assertThat(states(cache, "a")).containsExactly(RowState.REMOVED); // of that very file
            storage.rule((op, file) -> {});
            cache.put("b", new float[] {2});
            cache.flush();
            storage.rule(ExplainTest::noSegmentOpens);
            assertThat(states(cache, "a")).containsExactly(RowState.UNKNOWN);
        }
    }

    private static void noSegmentOpens(FaultyStorage.Op op, Path file) throws IOException {
        if (op == FaultyStorage.Op.OPEN && file.toString().contains("segments")) {
            throw new IOException("no answer");
        }
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("the row is not in the file");
    }

    @Test
    void row_thatIsTooOld_isExpired() throws Exception {
        Path golden =
                Path.of(
                        Objects.requireNonNull(
                                        ExplainTest.class.getResource("/golden/format1-UTF8"))
                                .toURI());
        GenerationInfo of2023 = CacheDirectory.of(golden).generations().get(0);
        Keys keys;
        try (FeatureCache cache = FeatureCache.builder(of2023).readOnly(true).open()) {
            keys = cache.keys().select(new int[] {0});
            assertThat(cache.explain(keys).get(0).state()).isEqualTo(RowState.STORED);
        }
        try (FeatureCache cache =
                FeatureCache.builder(of2023)
                        .readOnly(true)
                        .expireAfterWrite(Duration.ofDays(30))
                        .open()) {
            RowExplanation explained = cache.explain(keys).get(0);
            assertThat(explained.state()).isEqualTo(RowState.EXPIRED);
            assertThat(explained.reason()).contains("too old");
        }
    }
}
