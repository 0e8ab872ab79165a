package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.UnsupportedFormatException;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The directories of every format that was ever released are read, for ever. */
@Tag("T25")
class GoldenDirectoryTest {

    @TempDir Path directory;

    private static FeatureCacheBuilder at(Path copy) {
        return FeatureCache.builder()
                .directory(copy)
                .moduleId(GoldenDirectories.MODULE)
                .fingerprint(GoldenDirectories.FINGERPRINT);
    }

    @Test
    void directoriesOfFormat1_areReadAndWrittenAsTheyWere() throws Exception {
        Reliability.prove(
                "T25 golden directories",
                20,
                line -> {
                    for (KeyType type : KeyType.values()) {
                        readAndWrite("format1-" + type, type, GoldenDirectories.ROWS, line);
                        readAndWrite(
                                "format1-variable-" + type,
                                type,
                                GoldenDirectories.VARIABLE_ROWS,
                                line);
                    }
                    refuseTheNewerContract();
                    line.run();
                    skipTheNewerSegment(line);
                });
    }

    private void readAndWrite(String name, KeyType type, TestRows rows, Reliability line)
            throws Exception {
        Path copy = GoldenDirectories.copyOf(name, directory);
        for (ReadMode mode : ReadMode.values()) {
            read(at(copy).readMode(mode).readOnly(true), type, rows, line);
        }
        read(at(copy), type, rows, line);
        assertWrittenAsBefore(name, type, rows);
        line.run();
    }

    @Test
    void snapshotsOfFormat1_areReadAndWrittenAsTheyWere() throws Exception {
        Reliability.prove(
                "T25 golden snapshots",
                8,
                line -> {
                    for (KeyType type : KeyType.values()) {
                        Path copy = GoldenDirectories.copyOf("format1-" + type, directory);
                        Path kept = GoldenDirectories.kept("checkpoint1-" + type);
                        Path written = GoldenDirectories.writeSnapshot(copy);
                        assertThat(written).hasSameBinaryContentAs(kept);
                        line.run();
                        Files.copy(kept, written, StandardCopyOption.REPLACE_EXISTING);
                        for (ReadMode mode : ReadMode.values()) {
                            assertOpensNoSegment(at(copy).readMode(mode).readOnly(true));
                            read(
                                    at(copy).readMode(mode).readOnly(true),
                                    type,
                                    GoldenDirectories.ROWS,
                                    line);
                        }
                    }
                });
    }

    private static void assertOpensNoSegment(FeatureCacheBuilder builder) {
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Seams.storage(builder, storage).open()) {
            assertThat(cache.rowCount()).isEqualTo(8);
            assertThat(storage.filesOf(Op.OPEN)).noneMatch(name -> name.endsWith(".arrow"));
        }
    }

    private static void read(
            FeatureCacheBuilder builder, KeyType type, TestRows rows, Reliability line) {
        try (FeatureCache cache = builder.open()) {
            assertThat(cache.schema()).contains(rows.schema());
            assertThat(cache.keyType()).contains(type);
            assertThat(cache.rowCount()).isEqualTo(8);
            assertThat(cache.stats().skippedSegments()).isZero();
            assertThat(cache.segments().stream().map(SegmentInfo::committedAt))
                    .first()
                    .isEqualTo(Instant.ofEpochMilli(GoldenDirectories.COMMITTED_AT_MS));
            Set<Object> listed = boxed(cache.keys());
            Set<Object> put = new HashSet<>();
            for (Keys keys : GoldenDirectories.keys(type)) {
                put.addAll(boxed(keys));
                gather(cache, keys, rows, line);
            }
            assertThat(listed).isEqualTo(put);
        }
        line.run();
    }

    private static Set<Object> boxed(Keys keys) {
        Set<Object> all = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            all.add(keys.getObject(i));
        }
        return all;
    }

    private static void gather(FeatureCache cache, Keys keys, TestRows rows, Reliability line) {
        RowBatch into = rows.room(cache, keys);
        GatherResult result = cache.gather(keys, into);
        line.lost(result.missing().length);
        for (int i = 0; i < keys.size(); i++) {
            line.wrong(rows.isRight(keys, i, into) ? 0 : 1);
        }
    }

    private void assertWrittenAsBefore(String name, KeyType type, TestRows rows) throws Exception {
        Path now = directory.resolve("now-" + name);
        GoldenDirectories.write(now, type, rows);
        List<Path> kept = TestFiles.below(GoldenDirectories.kept(name), "");
        List<Path> written = TestFiles.below(now, "");
        assertThat(written).hasSameSizeAs(kept).hasSize(3);
        for (int i = 0; i < kept.size(); i++) {
            assertThat(now.relativize(written.get(i)).toString())
                    .isEqualTo(GoldenDirectories.kept(name).relativize(kept.get(i)).toString());
            assertThat(withoutMetadata(written.get(i), type))
                    .isEqualTo(withoutMetadata(kept.get(i), type));
        }
    }

    /**
     * A segment's bytes from its keys to its seal; all of another file. The order of a field's
     * metadata is not part of the format: Arrow keeps it in a map whose order is the JVM's.
     */
    private static byte[] withoutMetadata(Path file, KeyType type) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (!file.toString().endsWith(".arrow")) {
            return bytes;
        }
        int from = TestFiles.indexOf(bytes, keyBytes(file, type));
        int to = TestFiles.indexOf(bytes, "DJLCXSEG".getBytes(StandardCharsets.US_ASCII));
        assertThat(from).isPositive();
        assertThat(to).isGreaterThan(from);
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] keyBytes(Path file, KeyType type) {
        int sequence = file.toString().endsWith("0.arrow") ? 0 : 1;
        Keys keys = GoldenDirectories.keys(type).get(sequence);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < keys.size(); i++) {
            bytes.writeBytes(
                    keys.getObject(i) instanceof Long number
                            ? ByteBuffer.allocate(Long.BYTES)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .putLong(number)
                                    .array()
                            : keys.getObject(i).toString().getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private void refuseTheNewerContract() throws Exception {
        Path copy = GoldenDirectories.copyOf("format2-contract", directory);
        for (boolean readOnly : new boolean[] {true, false}) {
            assertThatThrownBy(() -> at(copy).readOnly(readOnly).open())
                    .isInstanceOf(UnsupportedFormatException.class)
                    .hasMessageContaining("format 2")
                    .hasMessageContaining("upgrade");
        }
        assertThat(TestFiles.below(copy, "")).as("nothing is removed").hasSize(3);
    }

    private void skipTheNewerSegment(Reliability line) throws Exception {
        Path copy = GoldenDirectories.copyOf("format2-segment", directory);
        try (FeatureCache cache = at(copy).open()) {
            assertThat(cache.stats().skippedSegments()).isOne();
            assertThat(cache.rowCount()).isEqualTo(5);
            gather(
                    cache,
                    GoldenDirectories.keys(KeyType.INT64).get(0),
                    GoldenDirectories.ROWS,
                    line);
        }
        assertThat(TestFiles.below(copy, ".arrow")).as("nothing is removed").hasSize(2);
        line.run();
    }

    @Test
    void goldenRows_haveAColumnOfEveryType() {
        assertThat(GoldenDirectories.ROWS.schema().columns())
                .extracting(column -> column.type())
                .containsExactlyInAnyOrder(ElementType.values());
    }
}
