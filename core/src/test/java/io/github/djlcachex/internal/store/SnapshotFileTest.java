package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.ContractJson;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentMetadata;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** One file of a snapshot: which file it is, and which of its rows. */
class SnapshotFileTest {

    private static final Keys KEYS = TestRows.range(0, 10);

    @TempDir Path root;

    private SnapshotFile snapshotOf(Path file) throws IOException {
        try (FeatureCache cache = Caches.at(root).readOnly(true).open()) {
            assertThat(cache.segments()).hasSize(1);
        }
        Store store = Caches.separate(root);
        List<SnapshotFile> files = store.snapshot().files();
        Caches.close(store);
        assertThat(files.get(0).file()).isEqualTo(file);
        return files.get(0);
    }

    private static Contract contractOf(Path file) throws IOException {
        return SegmentMetadata.readContract(new FileStorage(), file, Verifier.nameOf(file));
    }

    /** Writes a segment with the name of one that was deleted. */
    private void writeInPlaceOf(Path file, Contract contract, Keys keys) throws IOException {
        Files.delete(file);
        OpenSegment segment = new OpenSegment(contract, 1 << 20, 1000, 0);
        RowBatch rows = Caches.ROWS.batch(keys);
        RowCrc crc = new RowCrc(rows);
        for (int i = 0; i < keys.size(); i++) {
            segment.append(keys, rows, i, crc.of(keys, i, i));
        }
        new SegmentWriter(new FileStorage(), Caches.paths(root).segments(), false)
                .commit(segment, Verifier.nameOf(file), 1);
    }

    @Test
    void file_ofTheSameNameWithOtherRows_isRefused() throws IOException {
        Path file = Caches.writeOneSegment(root, KEYS);
        SnapshotFile listed = snapshotOf(file);
        writeInPlaceOf(file, contractOf(file), TestRows.range(100, 110));
        assertThatThrownBy(() -> listed.open(true))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("another file");
    }

    /** The proof is right, and the contract is that of another module. */
    @Test
    void file_ofAnotherGeneration_isRefused() throws IOException {
        Path file = Caches.writeOneSegment(root, KEYS);
        Contract contract = contractOf(file);
        Contract other =
                new Contract(
                        contract.moduleId(),
                        "other weights",
                        contract.keyType(),
                        contract.schema(),
                        contract.hashSeed());
        writeInPlaceOf(file, other, KEYS);
        SegmentFile.Opened opened =
                SegmentFile.open(new FileStorage(), file, Verifier.nameOf(file), false);
        try (SegmentFile foreign = opened.file()) {
            String ours = ContractJson.encode(contract);
            SnapshotFile listed =
                    SnapshotFile.of(new FileStorage(), ours, foreign, 1, ChosenRows.all(10));
            assertThatThrownBy(() -> listed.open(true)).isInstanceOf(CorruptFileException.class);
        }
    }

    @Test
    void file_thatFailsWhileItIsRead_saysSo() throws IOException {
        Caches.writeOneSegment(root, KEYS);
        FaultyStorage storage = new FaultyStorage();
        Store store = Caches.separate(root, Map.of(), storage);
        SnapshotFile listed = store.snapshot().files().get(0);
        Caches.close(store);
        try (SnapshotScan scan = listed.open(true)) {
            storage.rule(
                    (op, path) -> {
                        if (op == FaultyStorage.Op.READ) {
                            throw new IOException("injected");
                        }
                    });
            assertThatThrownBy(scan::next)
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContaining("new snapshot");
        }
    }

    @Test
    void chosenRows_ofEachKind_areThoseThatWereChosen() {
        for (int step : new int[] {1, 2, 100}) {
            BitSet chosen = new BitSet();
            IntStream.iterate(step - 1, row -> row < 1000, row -> row + step).forEach(chosen::set);
            ChosenRows rows = ChosenRows.of(chosen, 1000);
            assertThat(rows.count()).isEqualTo(chosen.cardinality());
            BitSet found = new BitSet();
            for (int row = rows.next(0); row >= 0; row = rows.next(row + 1)) {
                found.set(row);
            }
            assertThat(found).isEqualTo(chosen);
            assertThat(IntStream.range(0, 1001).filter(rows::contains).toArray())
                    .containsExactly(chosen.stream().toArray());
        }
        assertThat(ChosenRows.of(new BitSet(), 1000).next(0)).isEqualTo(-1);
    }
}
