package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The file of a note: one line with a checksum in hex, then the note's name on a line, then the
 * text, all in UTF-8.
 *
 * <p>The checksum is the SHA-256 over the generation's name, the note's and the text, each with its
 * length: a file of another generation, or under another note's name, does not pass.
 *
 * @param owner the generation that the note belongs to
 * @param name the name of the note
 */
record NoteFile(String owner, String name) {

    private static final Charset UTF_8 = StandardCharsets.UTF_8;

    static final int MAX_TEXT_BYTES = 64 << 10;
    static final int MAX_NAME_BYTES = 1 << 10;

    private static final String FIRST = "djlcachex-note-1 ";
    private static final int HASH_CHARS = 64;
    private static final int HEAD_BYTES = FIRST.length() + HASH_CHARS + 1;

    /** The most bytes that a whole file can have. */
    static final int MAX_FILE_BYTES = HEAD_BYTES + MAX_NAME_BYTES + 1 + MAX_TEXT_BYTES;

    private static final Pattern NAME = Pattern.compile("[0-9a-f]{32}\\.note");

    NoteFile {
        if (name.isBlank() || name.indexOf('\n') >= 0) {
            throw new InvalidOptionException(
                    Problem.of(
                            "name of a note",
                            "one line that is not blank",
                            "'" + name + "'",
                            "name it"));
        }
        utf8("name of a note", name, MAX_NAME_BYTES);
    }

    static boolean isName(String fileName) {
        return NAME.matcher(fileName).matches();
    }

    /** Returns the name of the file: of hex digits, so that no name leads elsewhere. */
    String fileName() {
        return hash(name).substring(0, 32) + ".note";
    }

    byte[] encode(String text) {
        byte[] body = utf8("note", text, MAX_TEXT_BYTES);
        byte[] head = (FIRST + hash(owner, name, text) + "\n" + name + "\n").getBytes(UTF_8);
        byte[] file = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, file, head.length, body.length);
        return file;
    }

    /**
     * Returns the text.
     *
     * @throws CorruptFileException if the file is not what {@link #encode} made for this note
     */
    String decode(Path path, byte[] file) {
        // of bytes that are no UTF-8 the decoder makes others, which the comparison refuses
        String whole = new String(file, UTF_8);
        int start = HEAD_BYTES + name.length() + 1;
        if (whole.length() >= start) {
            String text = whole.substring(start);
            if (text.length() <= MAX_TEXT_BYTES && Arrays.equals(encodeUnchecked(text), file)) {
                return text;
            }
        }
        throw new CorruptFileException(
                Problem.of(
                        path.toString(),
                        "the note '" + name + "' of this generation, as it was written",
                        file.length + " other bytes",
                        "delete it"));
    }

    private byte[] encodeUnchecked(String text) {
        return (FIRST + hash(owner, name, text) + "\n" + name + "\n" + text).getBytes(UTF_8);
    }

    private static byte[] utf8(String subject, String text, int maxBytes) {
        if (!UTF_8.newEncoder().canEncode(text)) {
            throw new InvalidOptionException(
                    Problem.of(
                            subject, "well-formed Unicode", "a lone surrogate", "use valid text"));
        }
        byte[] encoded = text.getBytes(UTF_8);
        if (encoded.length > maxBytes) {
            throw new InvalidOptionException(
                    Problem.of(
                            subject,
                            "at most " + maxBytes + " bytes of UTF-8",
                            encoded.length + " bytes",
                            "keep less in it"));
        }
        return encoded;
    }

    private static String hash(String... texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                byte[] bytes = text.getBytes(UTF_8);
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
