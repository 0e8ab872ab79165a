package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.SegmentCheck;
import io.github.djlcachex.cache.SegmentCondition;
import io.github.djlcachex.cache.VerifyOptions;
import io.github.djlcachex.cache.VerifyReport;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.internal.store.StoreOption;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a check says of the files on disk. */
class VerifyTest {

    private static final Charset ISO = StandardCharsets.ISO_8859_1;
    private static final Keys KEYS = TestRows.range(0, 20);

    @TempDir Path directory;

    private Path write(Keys keys) {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, keys);
            return cache.segments().get(cache.segments().size() - 1).file();
        }
    }

    private VerifyReport verify() {
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            return cache.verify();
        }
    }

    private SegmentCheck onlyProblem() {
        VerifyReport report = verify();
        assertThat(report.isIntact()).isFalse();
        assertThat(report.problems()).hasSize(1);
        return report.problems().get(0);
    }

    private Map<Path, String> contents() throws IOException {
        Map<Path, String> contents = new TreeMap<>();
        for (Path file : TestFiles.below(directory, "")) {
            contents.put(file, Files.getLastModifiedTime(file) + " " + Files.readString(file, ISO));
        }
        return contents;
    }

    @Test
    void verify_ofNothing_isIntact() {
        VerifyReport report = verify();
        assertThat(report.isIntact()).isTrue();
        assertThat(report.segments()).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void verify_ofIntactFiles_saysSoAndChangesNothing() throws IOException {
        write(KEYS);
        write(TestRows.range(100, 103));
        Map<Path, String> before = contents();
        VerifyReport report = verify();
        assertThat(report.isIntact()).isTrue();
        assertThat(report.contractProblem()).isEmpty();
        assertThat(report.rows()).isEqualTo(23);
        assertThat(report.badRows()).isZero();
        assertThat(report.segments())
                .hasSize(2)
                .allMatch(check -> check.condition() == SegmentCondition.INTACT)
                .allMatch(check -> check.problem().isEmpty());
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void verify_aDamagedRow_namesItsKey() throws IOException {
        Path segment = write(KEYS);
        Caches.spoilRow(segment, 7);
        SegmentCheck check = onlyProblem();
        assertThat(check.file()).isEqualTo(segment);
        assertThat(check.condition()).isEqualTo(SegmentCondition.DAMAGED_ROWS);
        assertThat(check.rows()).isEqualTo(20);
        assertThat(check.badRows()).isOne();
        assertThat(check.lostKeys().getObject(0)).isEqualTo(7L);
        assertThat(check.lostKeys().size()).isOne();
    }

    @Test
    void verify_aDamagedRowOfStringKeys_namesItsKey() throws IOException {
        Keys keys = Keys.of("one", "two", "three");
        Path segment = write(keys);
        Caches.spoilRow(segment, keys.select(new int[] {1}));
        assertThat(onlyProblem().lostKeys().getObject(0)).isEqualTo("two");
    }

    @Test
    void verify_aDamagedRowThatAnotherFileHas_isNotLost() throws IOException {
        Store first = Caches.separate(directory);
        Store second = Caches.separate(directory);
        Caches.put(first, KEYS);
        Caches.put(second, KEYS);
        Caches.close(first);
        Caches.close(second);
        for (Path segment : TestFiles.below(directory, ".arrow")) {
            Caches.spoilRow(segment, 3); // in both: lost
        }
        Caches.spoilRow(TestFiles.below(directory, ".arrow").get(0), 4); // in one: not
        VerifyReport report = verify();
        assertThat(report.badRows()).isEqualTo(3);
        assertThat(report.problems())
                .hasSize(2)
                .allMatch(check -> check.lostKeys().size() == 1)
                .allMatch(check -> check.lostKeys().getObject(0).equals(3L));
    }

    @Test
    void verify_aFileWithDamagedMetadata_countsItAsAWhole() throws IOException {
        Path segment = write(KEYS);
        TestFiles.truncate(segment, Files.size(segment) - 1);
        SegmentCheck check = onlyProblem();
        assertThat(check.condition()).isEqualTo(SegmentCondition.DAMAGED);
        assertThat(check.rows()).as("cannot be read any more").isZero();
        assertThat(check.problem()).contains(segment.getFileName().toString());
    }

    @Test
    void verify_aFileWithDamagedKeys_knowsHowManyRowsThatCosts() throws IOException {
        Keys keys = Keys.of("a-key-of-some-length", "another");
        Path segment = write(keys);
        int at =
                TestFiles.indexOf(
                        Files.readAllBytes(segment), "a-key-of-some-length".getBytes(ISO));
        TestFiles.overwrite(segment, at, new byte[] {'b'});
        SegmentCheck check = onlyProblem();
        assertThat(check.condition()).isEqualTo(SegmentCondition.DAMAGED);
        assertThat(check.rows()).isEqualTo(2);
        assertThat(check.badRows()).isEqualTo(2);
    }

    @Test
    void verify_aFileOfAnotherModule_isForeign() throws IOException {
        Path segment = write(KEYS);
        try (FeatureCache other =
                FeatureCache.builder().directory(directory).moduleId("other").open()) {
            other.put(KEYS, Caches.ROWS.batch(KEYS));
        }
        Path foreign =
                TestFiles.below(directory, ".arrow").stream()
                        .filter(file -> !file.equals(segment))
                        .findFirst()
                        .orElseThrow();
        Files.copy(foreign, segment.resolveSibling(foreign.getFileName()));
        SegmentCheck check = onlyProblem();
        assertThat(check.condition()).isEqualTo(SegmentCondition.FOREIGN);
        assertThat(check.problem()).contains("other");
        assertThat(check.badRows()).isZero();
    }

    @Test
    void verify_aDirectoryNamedLikeASegment_isUnreadable() throws IOException {
        Path segment = write(KEYS);
        Files.createDirectory(
                segment.resolveSibling(
                        segment.getFileName().toString().replace("-00000000", "-00000099")));
        assertThat(onlyProblem().condition()).isEqualTo(SegmentCondition.UNREADABLE);
    }

    @Test
    void verify_aReadThatFails_isUnreadableAndNotDamaged() {
        write(KEYS);
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            storage.rule(FaultyStorage.failing(FaultyStorage.Op.READ, ".arrow", 100));
            assertThat(cache.verify().problems())
                    .singleElement()
                    .extracting(SegmentCheck::condition)
                    .isEqualTo(SegmentCondition.UNREADABLE);
            storage.heal();
            assertThat(cache.verify().isIntact()).isTrue();
            storage.rule(FaultyStorage.failing(FaultyStorage.Op.LIST, "segments", 1));
            assertThatThrownBy(cache::verify).isInstanceOf(CacheIoException.class);
        }
    }

    @Test
    void verify_aSnapshotThatIsNotRight_saysSoAndCallsTheRowsIntact() throws IOException {
        try (FeatureCache cache = Caches.at(directory).indexSnapshotRows(1).open()) {
            Caches.put(cache, KEYS);
        }
        assertThat(verify().indexSnapshotProblem()).isEmpty();
        Path snapshot = Caches.paths(directory).snapshot();
        byte[] intact = Files.readAllBytes(snapshot);
        for (int at = 0; at < intact.length; at += 61) {
            byte[] flipped = intact.clone();
            flipped[at] ^= 4;
            Files.write(snapshot, flipped);
            VerifyReport report = verify();
            assertThat(report.indexSnapshotProblem()).as("byte %d", at).isPresent();
            assertThat(report.isIntact()).isTrue();
            assertThat(report.contractProblem()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void verify_aContractThatIsNotRight_saysSo(ContractState state) throws IOException {
        write(KEYS);
        state.bring(TestFiles.only(directory, "contract.json"));
        VerifyReport report = verify();
        assertThat(report.isIntact()).isFalse();
        assertThat(report.problems()).isEmpty();
        assertThat(report.contractProblem().orElseThrow()).contains("contract.json");
    }

    enum ContractState {
        MISSING {
            @Override
            void bring(Path contract) throws IOException {
                Files.delete(contract);
            }
        },
        DAMAGED {
            @Override
            void bring(Path contract) throws IOException {
                Files.writeString(contract, "{");
            }
        };

        abstract void bring(Path contract) throws IOException;
    }

    @Test
    void verify_ofASample_readsItsShareAndCountsTheOthers() {
        for (long first = 0; first < 120; first += 10) {
            write(TestRows.range(first, first + 10));
        }
        List<Long> told = new ArrayList<>();
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            VerifyReport report =
                    cache.verify(
                            VerifyOptions.builder()
                                    .sample(0.24)
                                    .progress((bytes, of) -> told.add(of - bytes))
                                    .build());
            assertThat(report.segments()).hasSize(3);
            assertThat(report.uncheckedFiles()).isEqualTo(9);
            assertThat(report.rows()).isEqualTo(30);
            assertThat(report.isIntact()).isTrue();
            assertThat(told).hasSize(4).isSortedAccordingTo(Comparator.reverseOrder()).endsWith(0L);
            assertThat(told.get(0)).isBetween(3L << 10, cache.diskBytes() / 2);
            VerifyReport least = cache.verify(VerifyOptions.builder().sample(1e-9).build());
            assertThat(least.segments()).hasSize(1);
            assertThat(cache.verify().uncheckedFiles()).isZero();
        }
    }

    @Test
    void verify_ofASample_callsNoKeyLostThatAnUncheckedFileHas() throws IOException {
        Store first = Caches.separate(directory);
        Store second = Caches.separate(directory);
        Caches.put(first, KEYS);
        Caches.put(second, TestRows.range(0, 10));
        Caches.close(first);
        Caches.close(second);
        List<Path> files = TestFiles.below(directory, ".arrow");
        Path larger =
                Files.size(files.get(0)) > Files.size(files.get(1)) ? files.get(0) : files.get(1);
        Caches.spoilRow(larger, 3);
        Caches.spoilRow(larger, 13);
        VerifyReport report;
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            do { // which of the two files is read is drawn
                report = cache.verify(VerifyOptions.builder().sample(0.01).build());
            } while (report.isIntact());
        }
        SegmentCheck check = report.problems().get(0);
        assertThat(check.badRows()).isEqualTo(2);
        assertThat(check.lostKeys().size()).isOne();
        assertThat(check.lostKeys().getObject(0)).isEqualTo(13L);
    }

    @Test
    void sample_thatIsNoShare_isRefused() {
        VerifyOptions.Builder builder = VerifyOptions.builder();
        for (double share : new double[] {0, -0.1, 1.01, Double.NaN}) {
            assertThatThrownBy(() -> builder.sample(share))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("sample");
        }
    }

    @Test
    void verify_whileRowsAreWritten_seesWhatIsCommitted() throws IOException {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, KEYS);
            Caches.put(cache, TestRows.range(50, 60));
            assertThat(cache.verify().rows()).isEqualTo(20);
            cache.flush();
            assertThat(cache.verify().rows()).isEqualTo(30);
        }
        FeatureCache closed = Caches.at(directory).open();
        closed.close();
        assertThatThrownBy(closed::verify).isInstanceOf(CacheClosedException.class);
        assertThatThrownBy(closed::repair).isInstanceOf(CacheClosedException.class);
    }

    /** Whatever a check calls intact is served in full, whichever byte is wrong. */
    @Test
    void verify_anyByteChanged_isNoticedOrHarmless() throws IOException {
        Path segment = write(TestRows.range(0, 2));
        byte[] right = Files.readAllBytes(segment);
        int noticed = 0;
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            for (int at = 0; at < right.length; at++) {
                byte[] wrong = right.clone();
                wrong[at] ^= (byte) (1 << at % 8);
                Files.write(segment, wrong);
                boolean intact = cache.verify().isIntact();
                noticed += intact ? 0 : 1;
                if (at % 16 == 0) {
                    assertThat(servesAll()).isEqualTo(intact);
                }
            }
        }
        assertThat(noticed).isGreaterThan(right.length / 2);
    }

    private boolean servesAll() throws IOException {
        Keys keys = TestRows.range(0, 2);
        Store opened = Caches.separate(directory, Map.of(StoreOption.MEMORY_TIER_BYTES, 0L));
        try {
            return Caches.rightHits(opened, keys) == 2;
        } finally {
            Caches.close(opened);
        }
    }
}
