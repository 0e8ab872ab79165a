package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.ContractFile;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.RowCrc;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.SegmentWriter;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.scenario.hostile.HostileContracts;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The cache directories of format 1 that are kept in {@code golden/} for ever.
 *
 * <p>{@link #main} writes them again, for a look at what changed: the files that are kept are never
 * replaced. A new format gets directories of its own beside them.
 */
final class GoldenDirectories {

    public static final String MODULE = "golden: extractor/é";
    public static final String FINGERPRINT = "sha256:0123";
    public static final long COMMITTED_AT_MS = 1_700_000_000_000L;

    /** One column of every type, some named, with rows of several ranks. */
    public static final TestRows ROWS =
            new TestRows(
                    RowSchema.of(
                            Column.of("features", ElementType.FLOAT32, 2, 3),
                            Column.of(ElementType.FLOAT64, 2),
                            Column.of("half", ElementType.FLOAT16, 5),
                            Column.of(ElementType.BFLOAT16, 1, 1, 3),
                            Column.of(ElementType.INT8),
                            Column.of("label", ElementType.INT32),
                            Column.of(ElementType.INT64, 1),
                            Column.of("ü", ElementType.UINT8, 7),
                            Column.of(ElementType.BOOLEAN, 2)),
                    25);

    /** Columns of every kind whose rows differ in shape, beside one of a fixed shape. */
    public static final TestRows VARIABLE_ROWS =
            new TestRows(
                    RowSchema.of(
                            Column.of("tokens", ElementType.FLOAT32, Column.VARIABLE, 3),
                            Column.of(ElementType.FLOAT16, Column.VARIABLE),
                            Column.of(
                                    "boxes",
                                    ElementType.INT64,
                                    2,
                                    Column.VARIABLE,
                                    Column.VARIABLE),
                            Column.of("label", ElementType.INT32),
                            Column.ofStrings("text"),
                            Column.ofBinary(null)),
                    26);

    private static final long HASH_SEED = 0x0123456789ABCDEFL;
    static final WriterId WRITER = new WriterId(new ProcessIdentity(0x11, 0x22, 33, 44, 55), 0x66);

    private GoldenDirectories() {}

    /** The keys of the two segments. */
    public static List<Keys> keys(KeyType type) {
        return switch (type) {
            case INT64 ->
                    List.of(
                            Keys.of(0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32),
                            Keys.of(7, 8, 9));
            case UTF8 ->
                    List.of(
                            Keys.of("a", "ä", "a\u0308", "train/0001.png", "\uD83D\uDE00"),
                            Keys.of("x".repeat(64), " ", "0"));
        };
    }

    /** Writes a directory of this format; the arguments are where to. */
    public static void main(String[] args) throws IOException {
        Path golden = Path.of(args[0]);
        for (KeyType type : KeyType.values()) {
            Path directory = golden.resolve("format1-" + type);
            write(directory, type);
            Path snapshot = writeSnapshot(directory);
            Files.move(snapshot, golden.resolve("checkpoint1-" + type));
            Files.delete(snapshot.getParent());
            write(golden.resolve("format1-variable-" + type), type, VARIABLE_ROWS);
        }
        writeWithNewerContract(golden.resolve("format2-contract"));
        writeWithNewerSegment(golden.resolve("format2-segment"));
    }

    private static void writeWithNewerContract(Path directory) throws IOException {
        write(directory, KeyType.INT64);
        Path file = TestFiles.only(directory, "contract.json");
        String text = Files.readString(file).replace("\"format\":1", "\"format\":2");
        String body = text.substring(0, text.indexOf(",\"crc32c\"")) + "}";
        Files.writeString(file, HostileContracts.withChecksum(body));
    }

    /** The second segment is of a newer format. */
    private static void writeWithNewerSegment(Path directory) throws IOException {
        write(directory, KeyType.INT64);
        Path file = TestFiles.below(directory, ".arrow").get(1);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int seal = TestFiles.indexOf(bytes.array(), "DJLCXSEG".getBytes(StandardCharsets.US_ASCII));
        bytes.putInt(seal + 8, 2);
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), seal, 60);
        bytes.putInt(seal + 60, (int) crc.getValue());
        Files.write(file, bytes.array());
    }

    public static void write(Path directory, KeyType type) throws IOException {
        write(directory, type, ROWS);
    }

    public static void write(Path directory, KeyType type, TestRows rows) throws IOException {
        FileStorage storage = new FileStorage();
        StorePaths paths = StorePaths.of(directory, MODULE, FINGERPRINT);
        storage.createDirectories(paths.segments());
        Contract contract = new Contract(MODULE, FINGERPRINT, type, rows.schema(), HASH_SEED);
        new ContractFile(storage, paths.generation(), WRITER).agree(contract);
        SegmentWriter writer = new SegmentWriter(storage, paths.segments(), true);
        int sequence = 0;
        for (Keys keys : keys(type)) {
            SegmentName name = new SegmentName(WRITER, sequence);
            writer.commit(filled(contract, keys, rows), name, COMMITTED_AT_MS + sequence++);
        }
    }

    /** Writes the snapshot of a directory's segments. */
    public static Path writeSnapshot(Path directory) {
        FeatureCache.builder()
                .directory(directory)
                .moduleId(MODULE)
                .fingerprint(FINGERPRINT)
                .indexSnapshotRows(1)
                .open()
                .close();
        return StorePaths.of(directory, MODULE, FINGERPRINT).snapshot();
    }

    /** A directory of the test resources, which no test changes. */
    static Path kept(String name) throws URISyntaxException {
        var url = GoldenDirectories.class.getResource("/golden/" + name);
        assertThat(url).as(name).isNotNull();
        return Path.of(url.toURI());
    }

    /** Copies such a directory below another one. */
    static Path copyOf(String name, Path directory) throws IOException, URISyntaxException {
        Path copy = directory.resolve(name);
        TestFiles.copyAll(kept(name), copy);
        return copy;
    }

    static OpenSegment filled(Contract contract, Keys keys, TestRows rows) {
        OpenSegment segment = new OpenSegment(contract, 1 << 16, 100, 0);
        RowBatch batch = rows.batch(keys);
        RowCrc crc = new RowCrc(batch);
        for (int i = 0; i < keys.size(); i++) {
            segment.append(keys, batch, i, crc.of(keys, i, i));
        }
        return segment;
    }
}
