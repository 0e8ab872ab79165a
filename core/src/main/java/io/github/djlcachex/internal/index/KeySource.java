package io.github.djlcachex.internal.index;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import java.io.IOException;

/**
 * A committed segment as an index snapshot needs it: its keys, and what proves that it is that one.
 */
public interface KeySource {

    /**
     * Returns the name of the file.
     *
     * @return the name
     */
    String fileName();

    /**
     * Returns the number of rows.
     *
     * @return the number of rows
     */
    int rows();

    /**
     * Returns the checksum of the metadata.
     *
     * @return the checksum
     */
    int metadataCrc();

    /**
     * Returns the checksum of the keys.
     *
     * @return the checksum
     */
    int keysCrc();

    /**
     * Reads and proves the keys.
     *
     * @return the keys by row
     * @throws IOException if they cannot be read
     */
    Keys readKeys() throws IOException;

    /**
     * Tells whether a row was removed, so that no snapshot is to lead to it.
     *
     * @param keys the keys by row
     * @param row the row
     * @return true if it was
     */
    default boolean isDead(Keys keys, int row) {
        return false;
    }

    /**
     * Tells whether a row has a key.
     *
     * @param row the row
     * @param keys the keys
     * @param position the key's position
     * @return true if it has
     */
    boolean hasKey(int row, StringKeys keys, int position);
}
