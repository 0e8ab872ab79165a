package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationCondition;
import io.github.djlcachex.cache.GenerationFilter;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.HygieneReport;
import io.github.djlcachex.cache.KeptFile;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The list of generations, and their removal. */
class GenerationsTest extends GenerationsScenario {

    @Test
    void generations_areListedWithWhatTheyHold() throws IOException {
        assertThat(directory().generations()).isEmpty();
        Path first = generation("v1", Duration.ofDays(3));
        generation("v2", Duration.ZERO);
        GenerationInfo info =
                directory().generations().stream()
                        .filter(g -> g.directory().equals(first))
                        .findFirst()
                        .orElseThrow();
        assertThat(info.moduleId()).contains(Caches.MODULE);
        assertThat(info.fingerprint()).contains("v1");
        assertThat(info.rows()).isEqualTo(20);
        assertThat(info.bytes()).isEqualTo(DiskUse.of(first));
        assertThat(info.files()).isEqualTo(5); // two segments, a note, the contract, the mark
        assertThat(info.condition()).isEqualTo(GenerationCondition.INTACT);
        assertThat(info.isInUse()).isFalse();
        assertThat(Duration.between(info.lastUsed(), Instant.now()).toDays()).isEqualTo(3);
        assertThat(directory().usage().bytes()).isEqualTo(DiskUse.of(root));
        assertThat(directory().usage().files()).isEqualTo(10);
    }

    @Test
    void generation_tellsItsColumnsAndSegments() throws IOException {
        Path generation = generation("v1", Duration.ZERO);
        GenerationInfo info = only();
        List<Path> files = TestFiles.below(generation.resolve("segments"), ".arrow");
        assertThat(info.schema()).contains(Caches.ROWS.schema());
        assertThat(info.storedSchema()).isEqualTo(info.schema());
        assertThat(info.keyType()).contains(KeyType.INT64);
        assertThat(info.segments()).extracting(SegmentInfo::file).isEqualTo(files);
        assertThat(info.segments()).extracting(SegmentInfo::rows).containsExactly(10, 10);
        assertThat(info.segments())
                .allMatch(segment -> files.get(0).toString().contains(segment.writer()))
                .allMatch(segment -> segment.committedAt().isAfter(Instant.now().minusSeconds(600)))
                .allMatch(segment -> segment.bytes() == segment.file().toFile().length());
        assertThat(info.usage().bytes()).isEqualTo(info.bytes());
        assertThat(info.usage().segmentBytes())
                .isEqualTo(info.segments().stream().mapToLong(SegmentInfo::bytes).sum());
        assertThat(info).isEqualTo(only()).hasSameHashCodeAs(only());
        assertThat(info.toString()).contains("v1").doesNotContain(".arrow");
    }

    @Test
    void generation_storedInAnotherPrecision_tellsBothSchemas() {
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(root)
                        .moduleId("half")
                        .storeAs(StoredAs.FLOAT16)
                        .open()) {
            cache.put("id", new float[] {1, 2});
        }
        assertThat(only().schema().orElseThrow().columns())
                .containsExactly(Column.of(ElementType.FLOAT32, 2));
        assertThat(only().storedSchema().orElseThrow().columns())
                .extracting(Column::type)
                .containsExactly(ElementType.FLOAT16);
    }

    @Test
    void damagedSegment_isSkipped_andTheOthersCount() throws IOException {
        Path generation = generation("v1", Duration.ZERO);
        TestFiles.truncate(TestFiles.below(generation, ".arrow").get(0), 100);
        assertThat(only().segments()).hasSize(1);
        assertThat(only().skippedSegments()).isEqualTo(1);
        assertThat(only().rows()).isEqualTo(10);
    }

    @Test
    void generation_withoutContract_isNamedByASegment() throws IOException {
        Path generation = generation("v1", Duration.ZERO);
        Files.delete(generation.resolve("contract.json"));
        assertThat(only().condition()).isEqualTo(GenerationCondition.NO_CONTRACT);
        assertThat(only().fingerprint()).contains("v1");
    }

    @Test
    void dryRun_changesNothingAndSaysWhatTheCallDoes() throws IOException {
        generation("v1", Duration.ofDays(3));
        List<Path> before = all(root);
        HygieneReport dry =
                directory()
                        .removeGenerations(
                                GenerationFilter.builder().keepLast(0).dryRun(true).build());
        assertThat(all(root)).isEqualTo(before);
        HygieneReport done = directory().removeGenerations(ALL);
        assertThat(all(root)).containsExactly(root);
        assertThat(dry.isDryRun()).isTrue();
        assertThat(dry.filesRemoved()).isEqualTo(done.filesRemoved()).isEqualTo(5);
        assertThat(dry.rowsRemoved()).isEqualTo(done.rowsRemoved()).isEqualTo(20);
        assertThat(dry.bytesRemoved()).isEqualTo(done.bytesRemoved()).isPositive();
        assertThat(done.filesKept()).isZero();
    }

    @Test
    void removal_takesWhatIsOldAndNotAmongTheLast() throws IOException {
        Path old = generation("v1", Duration.ofDays(30));
        Path older = generation("v2", Duration.ofDays(40));
        Path fresh = generation("v3", Duration.ofHours(2));
        directory()
                .removeGenerations(
                        GenerationFilter.builder()
                                .olderThan(Duration.ofDays(7))
                                .keepLast(2)
                                .build());
        assertThat(older).doesNotExist();
        assertThat(old).exists();
        directory()
                .removeGenerations(
                        GenerationFilter.builder()
                                .olderThan(Duration.ofDays(7))
                                .moduleId("another")
                                .build());
        assertThat(old).exists();
        directory()
                .removeGenerations(
                        GenerationFilter.builder()
                                .olderThan(Duration.ofDays(7))
                                .moduleId(Caches.MODULE)
                                .build());
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }

    @Test
    void removal_ofOneGeneration_takesItAlone() throws IOException {
        Path first = generation("v1", Duration.ofDays(30));
        Path second = generation("v2", Duration.ofDays(40));
        GenerationInfo info = info(second);
        for (GenerationFilter.Builder spared :
                List.of(
                        GenerationFilter.builder().keepLast(2),
                        GenerationFilter.builder().olderThan(Duration.ofDays(60)))) {
            directory().removeGenerations(spared.generation(info).build());
            assertThat(second).exists();
        }
        directory().removeGenerations(GenerationFilter.builder().generation(info).build());
        assertThat(second).doesNotExist();
        assertThat(first).exists();
        GenerationFilter.Builder named = GenerationFilter.builder().generation(info(first));
        assertThatThrownBy(() -> named.generation(info)).isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void listedGeneration_isOpenedByWhatItTells() throws IOException {
        Path generation = generation("v1", Duration.ZERO);
        GenerationInfo info = only();
        try (FeatureCache cache = FeatureCache.builder(info).readOnly(true).open()) {
            assertThat(cache.directory()).isEqualTo(generation);
            assertThat(cache.fingerprint()).isEqualTo("v1");
            Caches.assertAllRight(cache, TestRows.range(0, 20));
        }
        Path relative = Path.of("").toAbsolutePath().relativize(root);
        GenerationInfo named = CacheDirectory.of(relative).generations().get(0);
        try (FeatureCache cache = FeatureCache.builder(named).readOnly(true).open()) {
            assertThat(cache.rowCount()).isEqualTo(20);
        }
    }

    @Test
    void listedGeneration_thatTellsNoModule_isNotOpened() throws IOException {
        Path generation = generation("v1", Duration.ZERO);
        Files.delete(generation.resolve("contract.json"));
        for (Path segment : TestFiles.below(generation, ".arrow")) {
            Files.delete(segment);
        }
        GenerationInfo info = only();
        assertThatThrownBy(() -> FeatureCache.builder(info))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(generation.toString());
    }

    @Test
    void use_inTheFuture_isNow() throws IOException {
        Path generation = generation("v1", Duration.ofDays(-400));
        assertThat(only().lastUsed()).isBeforeOrEqualTo(Instant.now());
        directory()
                .removeGenerations(
                        GenerationFilter.builder().olderThan(Duration.ofHours(1)).build());
        assertThat(generation).exists();
    }

    @Test
    void ages_underAnHourAndNegative_areRefused() {
        GenerationFilter.Builder builder = GenerationFilter.builder();
        for (Duration age : List.of(Duration.ofMinutes(59), Duration.ofDays(-1), Duration.ZERO)) {
            assertThatThrownBy(() -> builder.olderThan(age))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("olderThan");
        }
        assertThatThrownBy(() -> builder.keepLast(-1)).isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(builder::build).isInstanceOf(InvalidOptionException.class);
    }

    @Test
    void generation_inUse_stays() throws IOException {
        Path generation = generation("v1", Duration.ofDays(30));
        try (FeatureCache cache = Caches.at(root).fingerprint("v1").readOnly(true).open()) {
            assertStays(generation);
            Caches.assertAllRight(cache, TestRows.range(0, 20));
        }
        Store store = Caches.separate(root, Map.of()); // as another process has it
        store.becomeWritable();
        Path open = Caches.paths(root).generation();
        assertStays(open);
        Caches.close(store);
        assertThat(open.resolve("open")).isEmptyDirectory();
        directory().removeGenerations(ALL);
        assertThat(open).doesNotExist();
    }

    private void assertStays(Path generation) throws IOException {
        List<Path> before = all(generation);
        HygieneReport report = directory().removeGenerations(ALL);
        assertThat(all(generation)).isEqualTo(before);
        assertThat(report.kept())
                .anySatisfy(kept -> assertThat(kept.path()).isEqualTo(generation))
                .extracting(KeptFile::reason)
                .contains("a process has it open");
    }

    @Test
    void mark_ofADeadProcess_isRemovedByAnOpener() throws IOException {
        Path generation = generation("v1", Duration.ofDays(30));
        WriterId mine = WriterId.draw();
        String dead = mine.toString().replaceFirst("_s[0-9]+_", "_s1_");
        String foreign = mine.toString().replaceFirst("^h.{8}", "h00000001");
        String old = foreign.replaceFirst("_r.{8}$", "_r00000001");
        Files.createFile(generation.resolve("open").resolve(dead));
        assertThat(only().isInUse()).isFalse();
        Files.createFile(generation.resolve("open").resolve(foreign));
        assertThat(only().isInUse()).isTrue();
        Path oldMark = Files.createFile(generation.resolve("open").resolve(old));
        Files.setLastModifiedTime(oldMark, FileTime.from(Instant.now().minus(Duration.ofDays(31))));
        Caches.at(root).fingerprint("v1").open().close();
        assertThat(generation.resolve("open"))
                .isDirectoryContaining("glob:**" + foreign)
                .isDirectoryNotContaining("glob:**" + dead)
                .isDirectoryNotContaining("glob:**" + old);
        Files.setLastModifiedTime(
                generation.resolve("open").resolve(foreign),
                FileTime.from(Instant.now().minus(Duration.ofDays(3))));
        assertThat(only().isInUse()).isFalse();
    }

    @Test
    void readOnlyOpen_leavesNoMark() throws IOException {
        Path generation = generation("v1", Duration.ofDays(30));
        List<Path> before = all(root);
        FileTime used = Files.getLastModifiedTime(generation.resolve("used"));
        Caches.at(root).fingerprint("v1").readOnly(true).open().close();
        assertThat(all(root)).isEqualTo(before);
        assertThat(Files.getLastModifiedTime(generation.resolve("used"))).isEqualTo(used);
    }

    @Test
    void removal_leavesWhatIsForeignNewerOrALink() throws IOException {
        Path generation = generation("v1", Duration.ofDays(30));
        Path other = generation("v2", Duration.ofDays(30));
        Path segments = generation.resolve("segments");
        Path foreign = Files.writeString(segments.resolve("thesis.txt"), "mine");
        Path target = Files.writeString(root.resolve("target"), "linked");
        Path link = Files.createSymbolicLink(generation.resolve("notes").resolve("l"), target);
        Path stray = TestFiles.below(other, ".arrow").get(0);
        Path copied = Files.copy(stray, segments.resolve(stray.getFileName()));
        Path linked = root.resolve("m-linked-0123456789abcdef");
        Files.createSymbolicLink(linked, generation.getParent());
        HygieneReport report = directory().removeGenerations(ALL);
        assertThat(foreign).hasContent("mine");
        assertThat(link).isSymbolicLink();
        assertThat(linked).isSymbolicLink();
        assertThat(target).hasContent("linked");
        assertThat(copied).exists();
        assertThat(TestFiles.below(generation, ".arrow")).containsExactly(copied);
        assertThat(generation.resolve("contract.json")).exists(); // the segment needs it
        assertThat(other).doesNotExist();
        assertThat(report.kept())
                .extracting(KeptFile::path)
                .contains(foreign, link, copied, linked, generation.resolve("contract.json"));
        assertThat(report.toString()).contains("kept 5");
    }

    @Test
    void removal_leavesANewerContract() throws IOException {
        Path generation = generation("v1", Duration.ofDays(30));
        NewerFiles.contract(generation);
        List<Path> before = all(root);
        HygieneReport report = directory().removeGenerations(ALL);
        assertThat(all(root)).isEqualTo(before);
        assertThat(only().condition()).isEqualTo(GenerationCondition.NEWER_FORMAT);
        assertThat(report.kept())
                .singleElement()
                .hasToString(generation + ": a newer version wrote it");
    }

    @Test
    void removal_leavesNewerSegmentsWithWhatTheyNeed() throws IOException {
        Path generation = generation("v1", Duration.ofDays(30));
        Path newer = TestFiles.below(generation, ".arrow").get(0);
        NewerFiles.segment(newer);
        byte[] before = Files.readAllBytes(newer);
        Path damaged = Files.createDirectories(generation.resolve("damaged"));
        Path moved = Files.copy(newer, damaged.resolve(newer.getFileName() + ".1"));
        assertThat(only().condition()).isEqualTo(GenerationCondition.NEWER_FORMAT);
        directory().removeGenerations(ALL);
        assertThat(newer).hasBinaryContent(before);
        assertThat(moved).hasBinaryContent(before);
        assertThat(TestFiles.below(generation, ".arrow")).containsExactly(newer);
        assertThat(generation.resolve("contract.json")).exists();
    }

    @Test
    void rows_thatAWriterAcknowledgesAfterTheRemoval_areThere() throws IOException {
        Store store = Caches.separate(root, Map.of());
        store.becomeWritable();
        Caches.put(store, TestRows.range(0, 10));
        assertThat(store.flush()).isTrue();
        Path generation = Caches.paths(root).generation();
        try (Stream<Path> marks = Files.list(generation.resolve("open"))) {
            for (Path mark : marks.toList()) { // as that of a host that was not heard of for days
                Files.delete(mark);
            }
        }
        directory().removeGenerations(ALL);
        assertThat(generation).doesNotExist();
        Caches.put(store, TestRows.range(10, 30));
        assertThat(store.flush()).isTrue();
        assertThat(store.newReporter()).isNotNull();
        Caches.close(store);
        try (FeatureCache cache = Caches.at(root).readOnly(true).open()) {
            assertThat(Caches.rightHits(cache, TestRows.range(0, 30))).isEqualTo(20);
        }
        assertThat(generation.resolve("used")).exists();
    }
}
