package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.ContractFile;
import io.github.djlcachex.internal.segment.Lineage;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.SegmentDraft;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.Tombstone;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory with a tombstone, and with segments that were made of others, as format 1 has them.
 *
 * <p>Dead rows have other values than those that are to be served, so that serving one shows.
 */
class GoldenRemovalTest {

    private static final String MODULE = "golden removal";

    private static final TestRows ROWS =
            new TestRows(RowSchema.of(Column.of("features", ElementType.FLOAT32, 4)), 27);

    private static final TestRows OLD = new TestRows(ROWS.schema(), 28);

    private static final SegmentRanges COVERED = SegmentRanges.of(List.of(segment(0)));
    private static final SegmentName TOMBSTONE = segment(0);

    @TempDir Path directory;

    private static SegmentName segment(int sequence) {
        return new SegmentName(GoldenDirectories.WRITER, sequence);
    }

    private static Keys keys(KeyType type) {
        return type == KeyType.INT64 ? Keys.of(0, 1, 2, 3) : Keys.of("a", "\u00e4", "c", "d");
    }

    private static Keys some(KeyType type, int... positions) {
        return keys(type).select(positions);
    }

    /** Writes the directories anew; the argument is where to. */
    public static void main(String[] args) throws IOException {
        for (KeyType type : KeyType.values()) {
            write(Path.of(args[0]).resolve("format1-removal-" + type), type);
        }
    }

    private static void write(Path directory, KeyType type) throws IOException {
        FileStorage storage = new FileStorage();
        StorePaths paths = StorePaths.of(directory, MODULE, "");
        storage.createDirectories(paths.segments());
        storage.createDirectories(paths.deletions());
        Contract contract = new Contract(MODULE, "", type, ROWS.schema(), 29);
        new ContractFile(storage, paths.generation(), GoldenDirectories.WRITER).agree(contract);
        SegmentWriter segments = new SegmentWriter(storage, paths.segments(), true);
        Lineage none = Lineage.none(1000);
        commit(segments, 0, GoldenDirectories.filled(contract, some(type, 0, 1), OLD), none);
        commit(segments, 1, GoldenDirectories.filled(contract, some(type, 2), ROWS), none);
        SegmentRanges applied = SegmentRanges.of(List.of(TOMBSTONE));
        OpenSegment unaware = GoldenDirectories.filled(contract, some(type, 0, 3), OLD);
        commit(segments, 2, unaware, new Lineage(COVERED, SegmentRanges.NONE, 900));
        OpenSegment aware = GoldenDirectories.filled(contract, some(type, 0), ROWS);
        commit(segments, 3, aware, new Lineage(COVERED, applied, 800));
        SegmentWriter tombstones = new SegmentWriter(storage, paths.deletions(), true);
        try (SegmentDraft draft = tombstones.begin(TOMBSTONE)) {
            OpenSegment removed = Tombstone.segment(some(type, 0, 1, 2, 3), contract);
            draft.commitTombstone(removed, 1001, COVERED);
        }
    }

    private static void commit(
            SegmentWriter writer, int sequence, OpenSegment rows, Lineage lineage)
            throws IOException {
        try (SegmentDraft draft = writer.begin(segment(sequence))) {
            draft.commit(rows, 1000, lineage);
        }
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void directoryWithRemovedRows_servesWhatIsLeftInEveryMode(KeyType type) throws Exception {
        Path copy = GoldenDirectories.copyOf("format1-removal-" + type, directory);
        for (ReadMode mode : ReadMode.values()) {
            assertServed(copy, type, mode, true);
        }
        assertServed(copy, type, ReadMode.AUTOMATIC, false);
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void directoryWrittenNow_isServedTheSame(KeyType type) throws Exception {
        write(directory, type);
        assertServed(directory, type, ReadMode.AUTOMATIC, true);
        List<Path> now = TestFiles.below(directory, "");
        List<Path> kept = TestFiles.below(GoldenDirectories.kept("format1-removal-" + type), "");
        assertThat(now.stream().map(directory::relativize).map(Path::toString))
                .containsExactlyElementsOf(
                        kept.stream()
                                .map(GoldenDirectories.kept("format1-removal-" + type)::relativize)
                                .map(Path::toString)
                                .toList());
    }

    /** Key 0 is served from the segment that knows the tombstone, 2 from one it does not cover. */
    private static void assertServed(Path copy, KeyType type, ReadMode mode, boolean readOnly) {
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(copy)
                        .moduleId(MODULE)
                        .readMode(mode)
                        .readOnly(readOnly)
                        .open()) {
            Keys keys = keys(type);
            RowBatch into = RowBatch.allocate(ROWS.schema(), keys.size());
            assertThat(cache.gather(keys, into).missing()).containsExactly(1, 3);
            assertThat(ROWS.isRight(keys, 0, into)).isTrue();
            assertThat(ROWS.isRight(keys, 2, into)).isTrue();
            assertThat(cache.rowCount()).isEqualTo(2);
            assertThat(cache.verify().isIntact()).isTrue();
        }
    }
}
