package io.github.djlcachex.djl.internal.fingerprint;

import io.github.djlcachex.djl.internal.hash.Digests;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** An entry of a zip archive while its bytes arrive: its digest, checksum and sizes. */
final class ArchiveEntry {

    private static final int MAX_PICKLE_BYTES = 1 << 28;
    private static final int BUFFER_BYTES = 1 << 13;

    private final String name;
    private final CRC32 crc = new CRC32();
    private final MessageDigest digest = Digests.sha256();
    private final @Nullable ByteArrayOutputStream pickle;
    private final @Nullable Inflater inflater;
    private long size;
    private long storedSize;

    ArchiveEntry(String name, boolean compressed) {
        this.name = name;
        this.pickle = name.endsWith(".pkl") ? new ByteArrayOutputStream() : null;
        this.inflater = compressed ? new Inflater(true) : null;
    }

    String name() {
        return name;
    }

    /** Tells whether its data marks its own end, as compressed data does. */
    boolean endsItself() {
        return inflater != null;
    }

    /** Tells whether compressed data has ended. */
    boolean ended() {
        return inflater != null && inflater.finished();
    }

    long crc() {
        return crc.getValue();
    }

    long size() {
        return size;
    }

    /** Returns its size in the archive in bytes. */
    long storedSize() {
        return storedSize;
    }

    /**
     * Takes bytes of the archive, up to the end of the entry if its data marks that. Returns the
     * number of bytes taken, or -1 if they cannot be decompressed.
     */
    int take(byte[] bytes, int from, int length) {
        int taken = inflater == null ? length : inflate(inflater, bytes, from, length);
        if (inflater == null) {
            content(bytes, from, length);
        }
        storedSize += Math.max(0, taken);
        return pickle != null && size > MAX_PICKLE_BYTES ? -1 : taken;
    }

    private int inflate(Inflater from, byte[] bytes, int offset, int length) {
        byte[] buffer = new byte[BUFFER_BYTES];
        from.setInput(bytes, offset, length);
        try {
            while (!from.finished()) {
                int inflated = from.inflate(buffer);
                if (inflated == 0) {
                    break; // the inflater needs more bytes, or a dictionary that zip archives do
                    // not have
                }
                content(buffer, 0, inflated);
            }
            return length - from.getRemaining();
        } catch (DataFormatException e) {
            return -1;
        }
    }

    private void content(byte[] bytes, int from, int length) {
        crc.update(bytes, from, length);
        size += length;
        if (pickle == null) {
            digest.update(bytes, from, length);
        } else if (size <= MAX_PICKLE_BYTES) {
            pickle.write(bytes, from, length);
        }
    }

    /** Frees native memory. */
    void end() {
        if (inflater != null) {
            inflater.end();
        }
    }

    byte[] digest() {
        return pickle == null
                ? digest.digest()
                : digest.digest(PickleOpcodes.rewrite(pickle.toByteArray()));
    }
}
