package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.Lineage;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentRanges;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the segments that a repair writes say of their origin. */
class RepairedLineageTest {

    private static final Keys KEYS = TestRows.range(0, 200);
    private static final Map<StoreOption, Object> SMALL =
            Map.of(StoreOption.SEGMENT_BYTES, 4096L, StoreOption.MEMORY_TIER_BYTES, 0L);

    @TempDir Path directory;

    private static SegmentFile open(Path file) throws IOException {
        return SegmentFile.open(new FileStorage(), file, Verifier.nameOf(file), false).file();
    }

    private List<Lineage> lineages() throws IOException {
        List<Lineage> lineages = new ArrayList<>();
        for (Path path : TestFiles.below(Caches.paths(directory).segments(), ".arrow")) {
            try (SegmentFile file = open(path)) {
                lineages.add(file.lineage());
            }
        }
        return lineages;
    }

    private void repair(FaultyStorage storage) throws IOException {
        Store store = Caches.separate(directory, SMALL, storage);
        store.upkeep().repair((bytes, of) -> {});
        Caches.close(store);
    }

    @Test
    void repair_ofARepairedFile_namesAllThatItsRowsComeFrom() throws IOException {
        Path first = Caches.writeOneSegment(directory, KEYS);
        long committedAtMs;
        try (SegmentFile file = open(first)) {
            committedAtMs = file.committedAtMs();
        }
        Caches.spoilRow(first, 3);
        repair(new FaultyStorage());
        List<Path> saved = TestFiles.below(Caches.paths(directory).segments(), ".arrow");
        assertThat(saved).hasSizeGreaterThan(1);
        SegmentRanges origin = SegmentRanges.of(List.of(Verifier.nameOf(first)));
        assertThat(lineages()).containsOnly(new Lineage(origin, SegmentRanges.NONE, committedAtMs));

        Caches.spoilRow(saved.get(0), 0);
        repair(new FaultyStorage());
        SegmentName second = Verifier.nameOf(saved.get(0));
        SegmentRanges both = origin.plus(SegmentRanges.of(List.of(second)));
        assertThat(lineages()).contains(new Lineage(both, SegmentRanges.NONE, committedAtMs));
    }

    /** So that no tombstone is removed while the rows that it kills are under way. */
    @Test
    void repair_whileItSavesRows_hasATemporaryFileAtEachReadAndCommit() throws IOException {
        Path segment = Caches.writeOneSegment(directory, KEYS);
        Caches.spoilRow(segment, 3);
        List<Integer> drafts = new ArrayList<>();
        FaultyStorage storage = new FaultyStorage();
        storage.rule(
                (op, file) -> {
                    boolean commits = op == FaultyStorage.Op.RENAME && isCommitted(file);
                    if (commits || (op == FaultyStorage.Op.OPEN && file.equals(segment))) {
                        drafts.add(TestFiles.below(segment.getParent(), ".tmp").size());
                    }
                });
        repair(storage);
        int begun = drafts.indexOf(1);
        assertThat(drafts.subList(0, begun)).as("checks").containsOnly(0);
        assertThat(drafts.subList(begun, drafts.size()))
                .as("the reading, and each commit with the next draft")
                .startsWith(1, 2, 2)
                .endsWith(2, 1);
    }

    private boolean isCommitted(Path file) {
        return Caches.paths(directory).segments().equals(file.getParent());
    }
}
