package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.testing.TestFiles;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Files as a newer version may write them. */
final class NewerFiles {

    private static final int SEAL_BYTES = 64;

    private NewerFiles() {}

    /** Makes the contract of a generation one of format 9. */
    static void contract(Path generation) throws IOException {
        Path file = generation.resolve("contract.json");
        String text = Files.readString(file).replace("\"format\":1", "\"format\":9");
        String body = text.replaceFirst(",\"crc32c\":.*", "}");
        int crc = Crc32c.of(body.getBytes(StandardCharsets.UTF_8));
        String checksum = String.format(Locale.ROOT, "%08x", crc);
        Files.writeString(
                file, body.substring(0, body.length() - 1) + ",\"crc32c\":\"" + checksum + "\"}");
    }

    /** Makes a segment one of format 9, by its seal. */
    static void segment(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int seal = TestFiles.indexOf(bytes, "DJLCXSEG".getBytes(StandardCharsets.US_ASCII));
        ByteBuffer fields =
                ByteBuffer.wrap(bytes, seal, SEAL_BYTES).slice().order(ByteOrder.LITTLE_ENDIAN);
        fields.putInt(Long.BYTES, 9);
        int crc = Crc32c.of(fields.slice(0, SEAL_BYTES - Integer.BYTES));
        fields.putInt(SEAL_BYTES - Integer.BYTES, crc);
        Files.write(file, bytes);
    }
}
