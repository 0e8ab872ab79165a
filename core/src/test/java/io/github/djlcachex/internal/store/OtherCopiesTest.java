package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.ContractFile;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentProof;
import io.github.djlcachex.internal.segment.WriterId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Set;

/** The search for copies of rows that are elsewhere. */
class OtherCopiesTest {

    @TempDir Path directory;

    /** As one whose keys could not be read when the snapshot was given up. */
    @Test
    void takeOver_aHidingFileThatIsNoSourceAnyMore_isLeftOut() {
        SourceTable sources = new SourceTable();
        StorePaths paths = Caches.paths(directory);
        ContractFile contract =
                new ContractFile(new FileStorage(), paths.generation(), WriterId.draw());
        Generation generation = new Generation(paths, Caches.MODULE, "", contract, sources, 0);
        SegmentIndexer indexer =
                new SegmentIndexer(
                        paths.generation(),
                        sources,
                        new IndexUpdater(generation, sources),
                        new Tombstones(new FileStorage(), paths.deletions()));
        SegmentName name = new SegmentName(WriterId.draw(), 0);
        SegmentFile file =
                SegmentFile.later(
                        new FileStorage(),
                        paths.segments().resolve(name.committedFile()),
                        name,
                        new SegmentProof(1, 0, 0),
                        false,
                        sources.outage(),
                        () -> {});
        indexer.hiding().add(file);
        new OtherCopies(sources, indexer).takeOver(Set.of());
        assertThat(file.unopened()).isTrue();
        assertThat(file.unreadable()).as("it was tried").isFalse();
    }
}
