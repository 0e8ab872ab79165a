package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of tombstones, and what segments say of their origin. */
class TombstoneTest {

    private static final SegmentName KILLED = SegmentFixture.name(3);
    private static final SegmentRanges COVERS = SegmentRanges.of(List.of(KILLED));

    @TempDir Path directory;

    static List<Keys> keys() {
        return List.of(SegmentFixture.LONGS, SegmentFixture.STRINGS);
    }

    private Path write(Keys keys, SegmentName name) throws IOException {
        OpenSegment rows = Tombstone.segment(keys, SegmentFixture.contract(keys.type()));
        SegmentWriter writer = new SegmentWriter(SegmentFixture.STORAGE, directory, true);
        try (SegmentDraft draft = writer.begin(name)) {
            return draft.commitTombstone(rows, 1234, COVERS).path();
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void tombstone_writtenAndRead_isTheSame(Keys keys) throws Exception {
        SegmentName name = SegmentFixture.name(0);
        Path file = write(keys, name);
        Tombstone read =
                Tombstone.read(
                        SegmentFixture.STORAGE, file, name, SegmentFixture.contract(keys.type()));
        assertThat(read.keys()).isEqualTo(keys);
        assertThat(read.covers()).isEqualTo(COVERS);
        assertThat(read.name()).isEqualTo(name);
    }

    @Test
    void tombstone_ofAnotherGeneration_isRefused() throws Exception {
        SegmentName name = SegmentFixture.name(0);
        Path file = write(SegmentFixture.LONGS, name);
        Contract own = SegmentFixture.contract(SegmentFixture.LONGS.type());
        Contract other = new Contract("other", own.fingerprint(), own.keyType(), own.schema(), 77);
        assertThatThrownBy(() -> Tombstone.read(SegmentFixture.STORAGE, file, name, other))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("module 'other'");
    }

    @Test
    void segment_asATombstone_isRefused() throws Exception {
        SegmentName name = SegmentFixture.name(0);
        Path file = SegmentFixture.write(directory, SegmentFixture.LONGS, name);
        Contract own = SegmentFixture.contract(SegmentFixture.LONGS.type());
        assertThatThrownBy(() -> Tombstone.read(SegmentFixture.STORAGE, file, name, own))
                .isInstanceOf(CorruptFileException.class);
    }

    @Test
    void tombstone_withAnyByteChanged_isRefused() throws Exception {
        SegmentName name = SegmentFixture.name(0);
        Path file = write(SegmentFixture.STRINGS, name);
        Contract own = SegmentFixture.contract(SegmentFixture.STRINGS.type());
        byte[] bytes = Files.readAllBytes(file);
        int refused = 0;
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 0x20;
            Files.write(file, bytes);
            try {
                Tombstone read = Tombstone.read(SegmentFixture.STORAGE, file, name, own);
                assertThat(read.keys()).isEqualTo(SegmentFixture.STRINGS);
                assertThat(read.covers()).isEqualTo(COVERS); // padding, or the column's byte
            } catch (CorruptFileException e) {
                refused++;
            }
            bytes[i] ^= 0x20;
        }
        assertThat(refused).isGreaterThan(bytes.length / 2);
    }

    @Test
    void touches_bySegmentAndOrigin_unlessApplied() {
        SegmentName own = SegmentFixture.name(0);
        Tombstone tombstone = new Tombstone(own, SegmentFixture.LONGS, COVERS);
        SegmentName other = SegmentFixture.name(1);
        SegmentRanges none = SegmentRanges.NONE;
        assertThat(tombstone.touches(KILLED, Lineage.none(1))).isTrue();
        assertThat(tombstone.touches(other, Lineage.none(1))).isFalse();
        assertThat(tombstone.touches(other, new Lineage(COVERS, none, 1))).isTrue();
        SegmentRanges applied = SegmentRanges.of(List.of(own));
        assertThat(tombstone.touches(other, new Lineage(COVERS, applied, 1))).isFalse();
    }

    @Test
    void lineage_ofASegment_isReadBackAndProven() throws Exception {
        SegmentName name = SegmentFixture.name(0);
        Lineage lineage =
                new Lineage(COVERS, SegmentRanges.of(List.of(SegmentFixture.name(7))), 99);
        OpenSegment rows = SegmentFixture.filled(SegmentFixture.LONGS);
        SegmentWriter writer = new SegmentWriter(SegmentFixture.STORAGE, directory, true);
        try (SegmentDraft draft = writer.begin(name)) {
            Path path = draft.commit(rows, 1234, lineage).path();
            try (SegmentFile file =
                    SegmentFile.open(SegmentFixture.STORAGE, path, name, false).file()) {
                assertThat(file.lineage()).isEqualTo(lineage);
                assertThat(file.committedAtMs()).isEqualTo(1234);
            }
        }
    }

    @Test
    void lineage_ofAnOrdinarySegment_isNone() throws Exception {
        SegmentName name = SegmentFixture.name(0);
        Path path = SegmentFixture.write(directory, SegmentFixture.LONGS, name);
        try (SegmentFile file =
                SegmentFile.open(SegmentFixture.STORAGE, path, name, false).file()) {
            assertThat(file.lineage()).isEqualTo(Lineage.none(1234));
        }
    }

    @Test
    void draft_whoseFileWasDeleted_isNeverCommitted() throws Exception {
        SegmentName name = SegmentFixture.name(0);
        SegmentWriter writer = new SegmentWriter(SegmentFixture.STORAGE, directory, true);
        try (SegmentDraft draft = writer.begin(name)) {
            Files.delete(directory.resolve(name.temporaryFile()));
            OpenSegment rows = SegmentFixture.filled(SegmentFixture.LONGS);
            assertThatThrownBy(() -> draft.commit(rows, 1, Lineage.none(1)))
                    .isInstanceOf(IOException.class);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void draft_thatIsGivenUp_leavesNothing() throws Exception {
        SegmentWriter writer = new SegmentWriter(SegmentFixture.STORAGE, directory, true);
        writer.begin(SegmentFixture.name(0)).close();
        assertThat(directory).isEmptyDirectory();
    }
}
