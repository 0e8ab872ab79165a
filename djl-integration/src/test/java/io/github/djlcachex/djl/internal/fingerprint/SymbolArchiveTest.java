package io.github.djlcachex.djl.internal.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import io.github.djlcachex.djl.Fixture;
import io.github.djlcachex.djl.ModuleFingerprint;
import io.github.djlcachex.djl.UnsupportedBlockException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** What a scripted module saves counts, less its device and its bookkeeping. */
class SymbolArchiveTest {

    private static final Map<String, byte[]> ENTRIES = new LinkedHashMap<>();
    private static byte[] saved = new byte[0];

    /** A symbol block that saves the bytes that it is given, in pieces. */
    private static class SavedBlock extends AbstractSymbolBlock {

        // static: fields of a user's block count themselves
        private static byte[] bytes = new byte[0];
        private static int pieceBytes = 1;

        @Override
        public void saveParameters(DataOutputStream os) throws IOException {
            os.write(new byte[9]);
            for (int i = 0; i < bytes.length; i += pieceBytes) {
                os.write(bytes, i, Math.min(pieceBytes, bytes.length - i));
            }
        }

        @Override
        public ParameterList getDirectParameters() {
            return new ParameterList();
        }

        @Override
        protected NDList forwardInternal(
                ParameterStore parameterStore,
                NDList inputs,
                boolean training,
                @Nullable PairList<String, Object> params) {
            return inputs;
        }
    }

    @BeforeAll
    static void save(@TempDir Path directory) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Fixture fixture = Fixture.of("digits_extractor")) {
            fixture.block().saveParameters(new DataOutputStream(out));
        }
        saved = Arrays.copyOfRange(out.toByteArray(), 9, out.size());
        Path file = Files.write(directory.resolve("module.zip"), saved);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                ENTRIES.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        assertThat(ENTRIES).containsKeys("archive/data.pkl", "archive/data/0");
    }

    private static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    private static String digest(byte[] archive, int pieceBytes) {
        SavedBlock.bytes = archive;
        SavedBlock.pieceBytes = pieceBytes;
        return ModuleFingerprint.of(new SavedBlock());
    }

    private static String with(String name, UnaryOperator<byte[]> change) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>(ENTRIES);
        byte[] before = entries.get(name);
        byte[] after = change.apply(before);
        assertThat(after).isNotEqualTo(before);
        entries.put(name, after);
        return digest(zip(entries), 1 << 12);
    }

    private static UnaryOperator<byte[]> text(String from, String to) {
        return bytes ->
                new String(bytes, ISO_8859_1)
                        .replace(unicode(from), unicode(to))
                        .getBytes(ISO_8859_1);
    }

    private static String unicode(String text) {
        return "X" + (char) text.length() + "\0\0\0" + text;
    }

    private static String unchanged() throws IOException {
        return digest(zip(ENTRIES), 1 << 12);
    }

    @Test
    void of_archive_dependsNeitherOnPiecesNorOnCompression() throws IOException {
        String fingerprint = digest(saved, 1 << 22);
        for (int pieceBytes : new int[] {1, 7, 4096, 100_000}) {
            assertThat(digest(saved, pieceBytes)).isEqualTo(fingerprint);
        }
        assertThat(unchanged()).isEqualTo(fingerprint);
    }

    @Test
    void of_archiveFromAnotherDevice_isTheSame() throws IOException {
        assertThat(with("archive/data.pkl", text("cpu", "cuda:1"))).isEqualTo(unchanged());
        assertThat(with("archive/data.pkl", text("cpu", "cuda:0"))).isEqualTo(unchanged());
    }

    @ParameterizedTest
    @ValueSource(strings = {"training:cuda:1", "storage:cpu", "7:8", "running_mean:cpu"})
    void of_otherTextsOfThePickle_isAnother(String fromAndTo) throws IOException {
        String[] texts = fromAndTo.split(":", 2);
        assertThat(with("archive/data.pkl", text(texts[0], texts[1]))).isNotEqualTo(unchanged());
    }

    @Test
    void of_otherTypesOfStorage_isAnother() throws IOException {
        UnaryOperator<byte[]> half =
                bytes ->
                        new String(bytes, ISO_8859_1)
                                .replace("FloatStorage", "HalfStorage")
                                .getBytes(ISO_8859_1);
        assertThat(with("archive/data.pkl", half)).isNotEqualTo(unchanged());
    }

    @Test
    void of_oneBitOfAWeight_isAnother() throws IOException {
        UnaryOperator<byte[]> flip =
                bytes -> {
                    byte[] flipped = bytes.clone();
                    flipped[flipped.length - 1] ^= 1;
                    return flipped;
                };
        for (String name : new String[] {"archive/data/0", "archive/data/14"}) {
            assertThat(with(name, flip)).isNotEqualTo(unchanged());
        }
    }

    @Test
    void of_randomIdOfTheSave_isTheSame() throws IOException {
        assertThat(with("archive/.data/serialization_id", id -> "other".getBytes(US_ASCII)))
                .isEqualTo(unchanged());
    }

    /** Returns an archive of one entry as PyTorch writes it: stored, its sizes behind it. */
    private static byte[] stored(byte[] content) {
        byte[] name = "archive/data/0".getBytes(US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(content);
        ByteBuffer out = ByteBuffer.allocate(content.length + 256).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x04034b50).putShort((short) 0).putShort((short) 0x808).put(new byte[18]);
        out.putShort((short) name.length).putShort((short) 0).put(name).put(content);
        out.putInt(0x08074b50).putInt((int) crc.getValue());
        out.putInt(content.length).putInt(content.length);
        out.putInt(0x02014b50).put(new byte[12]).putInt((int) crc.getValue()).put(new byte[8]);
        out.putShort((short) name.length).put(new byte[16]).put(name);
        out.putInt(0x06054b50).put(new byte[18]);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Returns bytes that look like the end of an entry, but for the checksum. */
    private static byte[] misleading(int last) {
        return ByteBuffer.allocate(40)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(4, 0x08074b50)
                .putInt(8, 0x01020304)
                .putInt(12, 4)
                .putInt(16, 4)
                .putInt(20, 0x02014b50)
                .putInt(36, last)
                .array();
    }

    @Test
    void of_entryThatLooksEndedWithinIt_isReadToItsEnd() {
        ArchiveDigest archive = new ArchiveDigest();
        byte[] bytes = stored(misleading(1));
        archive.write(bytes, 0, bytes.length);
        assertThat(archive.finish()).isNotNull();
        assertThat(digest(bytes, 5)).isEqualTo(digest(bytes, 4096));
        assertThat(digest(stored(misleading(2)), 4096)).isNotEqualTo(digest(bytes, 4096));
    }

    @Test
    void of_blockThatSavesNothingOfItsOwn_isRefused() {
        SymbolBlock block =
                new AbstractSymbolBlock() {
                    @Override
                    public ParameterList getDirectParameters() {
                        return new ParameterList();
                    }

                    @Override
                    protected NDList forwardInternal(
                            ParameterStore parameterStore,
                            NDList inputs,
                            boolean training,
                            @Nullable PairList<String, Object> params) {
                        return inputs;
                    }
                };
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            block.initialize(manager, DataType.FLOAT32, new Shape(1));
            assertThatThrownBy(() -> ModuleFingerprint.of(block))
                    .isInstanceOf(UnsupportedBlockException.class)
                    .hasMessageContaining("an engine that does not");
        }
    }

    @Test
    void of_bytesThatAreNoArchive_countsEachOfThem() {
        byte[] broken = saved.clone();
        int lastInDirectory = new String(saved, ISO_8859_1).lastIndexOf("PK\1\2");
        broken[lastInDirectory + 16] ^= 1; // a checksum that is not that of the entry
        byte[] more = Arrays.copyOf(broken, broken.length + 1);
        byte[] text = "no archive".getBytes(US_ASCII);
        assertThat(
                        List.of(
                                digest(saved, 4096),
                                digest(broken, 4096),
                                digest(more, 4096),
                                digest(Arrays.copyOf(saved, saved.length / 2), 4096),
                                digest(Arrays.copyOf(saved, saved.length / 2 + 1), 4096),
                                digest(text, 4096),
                                digest(new byte[0], 4096)))
                .doesNotHaveDuplicates();
        assertThat(digest(broken, 1)).isEqualTo(digest(broken, 4096));
    }

    @Test
    void of_engineThatFails_isRefusedWithTheReason() {
        SymbolBlock failing =
                new SavedBlock() {
                    @Override
                    public void saveParameters(DataOutputStream os) throws IOException {
                        throw new IOException("out of memory");
                    }
                };
        assertThatThrownBy(() -> ModuleFingerprint.of(failing))
                .isInstanceOf(UnsupportedBlockException.class)
                .hasMessageContainingAll("out of memory", "optFingerprint")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void save_inLargePieces_isWhatTheEngineSavesToTheByte() throws IOException {
        try (Fixture fixture = Fixture.of("digits_extractor")) {
            ByteArrayOutputStream pieces = new ByteArrayOutputStream();
            TorchModules.save((SymbolBlock) fixture.block(), pieces);
            byte[] bytes = pieces.toByteArray();
            assertThat(bytes.length - 9).isEqualTo(saved.length);
            assertThat(digest(Arrays.copyOfRange(bytes, 9, bytes.length), 4096))
                    .isEqualTo(digest(saved, 4096));
        }
    }
}
