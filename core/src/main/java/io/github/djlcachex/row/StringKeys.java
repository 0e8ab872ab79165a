package io.github.djlcachex.row;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A batch of string keys, held as strict UTF-8 and compared as bytes.
 *
 * <p>Strict: a lone surrogate is refused. {@code String.getBytes} would turn it into {@code ?} and
 * so give two ids one key.
 */
public final class StringKeys implements Keys {

    /** The most bytes of UTF-8 that one key may have. */
    public static final int MAX_KEY_BYTES = 1024;

    private final byte[] utf8;
    private final int[] ends;

    private StringKeys(byte[] utf8, int[] ends) {
        this.utf8 = utf8;
        this.ends = ends;
    }

    static StringKeys encode(List<String> keys) {
        byte[][] encoded = new byte[keys.size()][];
        int total = 0;
        for (int i = 0; i < encoded.length; i++) {
            encoded[i] = encode(keys.get(i), i);
            total = Math.addExact(total, encoded[i].length);
        }
        byte[] utf8 = new byte[total];
        int[] ends = new int[encoded.length];
        int end = 0;
        for (int i = 0; i < encoded.length; i++) {
            System.arraycopy(encoded[i], 0, utf8, end, encoded[i].length);
            end += encoded[i].length;
            ends[i] = end;
        }
        return new StringKeys(utf8, ends);
    }

    /**
     * Returns keys from their concatenated UTF-8.
     *
     * @param utf8 the bytes of all keys, one after the other; copied
     * @param ends for each key the index after its last byte; copied
     * @return the batch
     * @throws InvalidKeyException if a key is empty, too long, holds U+0000 or is not strict UTF-8,
     *     or an array is null
     */
    public static StringKeys ofUtf8(byte[] utf8, int[] ends) {
        notNull("bytes of the keys", utf8);
        notNull("ends of the keys", ends);
        StringKeys keys = new StringKeys(utf8.clone(), ends.clone());
        for (int i = 0; i < ends.length; i++) {
            if (keys.byteLength(i) < 0 || ends[i] > utf8.length) {
                throw new InvalidKeyException(
                        Problem.of(
                                "key " + i,
                                "ends that grow and stay within " + utf8.length + " bytes",
                                "end " + ends[i],
                                "pass the index after each key's last byte"));
            }
            checkLength(keys.byteLength(i), i);
            decode(keys, i);
        }
        return keys;
    }

    /** Checks what callers without a check for null may pass. */
    static <T> T notNull(String subject, @Nullable T value) {
        if (value == null) {
            throw new InvalidKeyException(
                    Problem.of(subject, "a value", "null", "give every row an id"));
        }
        return value;
    }

    private static byte[] encode(@Nullable String given, int position) {
        if (given == null) {
            throw new InvalidKeyException(
                    Problem.of("key " + position, "a text", "null", "give every row an id"));
        }
        return encodeStrictly(given, position);
    }

    private static byte[] encodeStrictly(String key, int position) {
        if (key.indexOf('\0') >= 0) {
            throw zeroCharacter(position);
        }
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(key));
            checkLength(encoded.remaining(), position);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new InvalidKeyException(
                    Problem.of(
                            "key " + position,
                            "well-formed Unicode",
                            "a lone surrogate",
                            "use ids that are valid text",
                            e));
        }
    }

    private static void decode(StringKeys keys, int position) {
        int start = keys.start(position);
        for (int i = start; i < keys.ends[position]; i++) {
            if (keys.utf8[i] == 0) {
                throw zeroCharacter(position);
            }
        }
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(keys.utf8, start, keys.byteLength(position)));
        } catch (CharacterCodingException e) {
            throw new InvalidKeyException(
                    Problem.of(
                            "key " + position,
                            "strict UTF-8",
                            "bytes that are not",
                            "encode the ids with UTF-8",
                            e));
        }
    }

    private static InvalidKeyException zeroCharacter(int position) {
        return new InvalidKeyException(
                Problem.of(
                        "key " + position,
                        "no U+0000",
                        "one",
                        "remove it: id arrays are padded with zeros, so it could not be told from padding"));
    }

    private static void checkLength(int bytes, int position) {
        if (bytes < 1 || bytes > MAX_KEY_BYTES) {
            throw new InvalidKeyException(
                    Problem.of(
                            "key " + position,
                            "1 to " + MAX_KEY_BYTES + " bytes of UTF-8",
                            bytes + " bytes",
                            bytes == 0
                                    ? "give every row an id"
                                    : "use a hash of the long id instead"));
        }
    }

    private int start(int position) {
        return position == 0 ? 0 : ends[position - 1];
    }

    /**
     * Returns the number of UTF-8 bytes of a key.
     *
     * @param position its position
     * @return the number of bytes
     */
    public int byteLength(int position) {
        return ends[position] - start(position);
    }

    /**
     * Copies the UTF-8 of a key.
     *
     * @param position its position
     * @param target the array to fill
     * @param offset the index of the first byte
     */
    public void copyUtf8(int position, byte[] target, int offset) {
        System.arraycopy(utf8, start(position), target, offset, byteLength(position));
    }

    /**
     * For the engine alone, and not promised: tells whether a key has the given bytes.
     *
     * @param position its position
     * @param other an array with the other key's UTF-8
     * @param from the index of the other key's first byte
     * @param to the index after its last byte
     * @return true if they are equal
     */
    @Internal
    public boolean equalsUtf8(int position, byte[] other, int from, int to) {
        return Arrays.equals(utf8, start(position), ends[position], other, from, to);
    }

    /**
     * For the engine alone, and not promised: returns a 64-bit hash of a key's UTF-8.
     *
     * @param position its position
     * @param seed the seed
     * @return the hash
     */
    @Internal
    public long hash(int position, long seed) {
        return Utf8Hash.hash(utf8, start(position), ends[position], seed);
    }

    /**
     * Returns a key as text.
     *
     * @param position its position
     * @return the key
     */
    public String get(int position) {
        return new String(utf8, start(position), byteLength(position), StandardCharsets.UTF_8);
    }

    @Override
    public int size() {
        return ends.length;
    }

    @Override
    public KeyType type() {
        return KeyType.UTF8;
    }

    @Override
    public StringKeys select(int[] positions) {
        int[] selectedEnds = new int[positions.length];
        int end = 0;
        for (int i = 0; i < positions.length; i++) {
            end = Math.addExact(end, byteLength(positions[i]));
            selectedEnds[i] = end;
        }
        byte[] selected = new byte[end];
        for (int i = 0; i < positions.length; i++) {
            copyUtf8(positions[i], selected, i == 0 ? 0 : selectedEnds[i - 1]);
        }
        return new StringKeys(selected, selectedEnds);
    }

    @Override
    public String getObject(int position) {
        return get(position);
    }

    /** */
    @Internal
    @Override
    public void updateCrc(int position, CRC32C crc) {
        Crc.updateInt(crc, byteLength(position));
        crc.update(utf8, start(position), byteLength(position));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StringKeys that
                && Arrays.equals(utf8, that.utf8)
                && Arrays.equals(ends, that.ends);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(utf8) + Arrays.hashCode(ends);
    }

    @Override
    public String toString() {
        return "StringKeys[" + ends.length + "]";
    }
}
