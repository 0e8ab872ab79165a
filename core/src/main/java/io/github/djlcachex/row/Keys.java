package io.github.djlcachex.row;

import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A batch of keys of one type; position {@code i} belongs to row {@code i} of the batch.
 *
 * <p>Immutable and safe for use by many threads. A key may occur more than once.
 */
public sealed interface Keys permits LongKeys, StringKeys {

    /**
     * Returns integer keys.
     *
     * @param keys the keys, copied
     * @return the batch
     * @throws InvalidKeyException if the array is null
     */
    static LongKeys of(long... keys) {
        return new LongKeys(StringKeys.notNull("keys", keys).clone());
    }

    /**
     * Returns string keys.
     *
     * @param keys the keys
     * @return the batch
     * @throws InvalidKeyException if a key is null, empty, too long, or not well-formed Unicode
     */
    static StringKeys of(String... keys) {
        // not List.of, which throws a NullPointerException that names no position
        return StringKeys.encode(Arrays.asList(StringKeys.notNull("keys", keys)));
    }

    /**
     * Returns string keys.
     *
     * @param keys the keys
     * @return the batch
     * @throws InvalidKeyException if a key is null, empty, too long, or not well-formed Unicode
     */
    static StringKeys ofStrings(List<String> keys) {
        return StringKeys.encode(StringKeys.notNull("keys", keys));
    }

    /**
     * Returns the number of keys.
     *
     * @return the number of keys
     */
    int size();

    /**
     * Returns the type of every key.
     *
     * @return the type
     */
    KeyType type();

    /**
     * Returns the keys at some positions, in the order given.
     *
     * @param positions the positions
     * @return a new batch
     */
    Keys select(int[] positions);

    /**
     * Returns a key as a value with {@code equals} and {@code hashCode}: a {@link Long} or a {@link
     * String}.
     *
     * @param position the position of the key
     * @return the key
     */
    Object getObject(int position);

    /**
     * For the engine alone, and not promised: adds the bytes that identify a key to a checksum: 8
     * bytes little-endian, or the length as 4 bytes and then the UTF-8.
     *
     * @param position the position of the key
     * @param crc the checksum
     */
    @Internal
    void updateCrc(int position, CRC32C crc);
}
