package io.github.djlcachex.djl.internal.fingerprint;

import io.github.djlcachex.djl.internal.hash.DigestWriter;

import org.jspecify.annotations.Nullable;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Digests a zip archive entry by entry while PyTorch writes it.
 *
 * <p>PyTorch writes the sizes of an entry after its data. An uncompressed entry therefore ends
 * where a data descriptor holds the checksum and the size of all bytes since its header. Any other
 * layout makes the archive unknown. The digest keeps the pickle of one entry or a few bytes in
 * memory, however large the archive is.
 */
final class ArchiveDigest extends OutputStream {

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int SIZES_BEHIND = 1 << 3;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    // signature, checksum, two sizes of 8 bytes, and the signature that follows
    private static final int LOOK_AHEAD_BYTES = 28;
    private static final int MAX_PART_BYTES = 1 << 18;
    private static final int MAX_DIRECTORY_BYTES = 1 << 28;

    private final Map<String, ArchiveEntry> entries = new TreeMap<>();
    private byte[] pending = new byte[1 << 16];
    private int start;
    private int end;
    private @Nullable ArchiveEntry entry;
    private boolean inDirectory;
    private boolean understood = true;

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        int taken = 0;
        while (understood && taken < length) {
            int part = Math.min(length - taken, MAX_PART_BYTES);
            takePart(bytes, offset + taken, part);
            taken += part;
        }
    }

    private void takePart(byte[] bytes, int offset, int length) {
        make(length);
        System.arraycopy(bytes, offset, pending, end, length);
        end += length;
        while (understood && step()) {
            // wait for more bytes
        }
    }

    private void make(int room) {
        int kept = end - start;
        byte[] target = pending.length - kept >= room ? pending : new byte[2 * (kept + room)];
        System.arraycopy(pending, start, target, 0, kept);
        pending = target;
        start = 0;
        end = kept;
    }

    private int available() {
        return end - start;
    }

    private ByteBuffer at(int position) {
        return ByteBuffer.wrap(pending, position, end - position).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Takes one step, and returns whether another one may be possible without more bytes. */
    private boolean step() {
        if (inDirectory) {
            understood = available() <= MAX_DIRECTORY_BYTES;
            return false;
        } else if (entry != null) {
            return stepInEntry(entry);
        } else if (available() < Integer.BYTES) {
            return false;
        }
        int signature = at(start).getInt();
        inDirectory = signature == CENTRAL;
        understood = inDirectory || signature == LOCAL;
        return understood && !inDirectory && beginEntry();
    }

    private boolean beginEntry() {
        if (available() < LOCAL_BYTES) {
            return false;
        }
        ByteBuffer header = at(start);
        int flags = header.getShort(start + 6);
        int method = header.getShort(start + 8);
        int name = header.getShort(start + 26) & 0xffff;
        int extra = header.getShort(start + 28) & 0xffff;
        understood = (method == STORED || method == DEFLATED) && (flags & SIZES_BEHIND) != 0;
        if (!understood || available() < LOCAL_BYTES + name + extra) {
            return false;
        }
        String text = new String(pending, start + LOCAL_BYTES, name, StandardCharsets.UTF_8);
        entry = new ArchiveEntry(text, method == DEFLATED);
        start += LOCAL_BYTES + name + extra;
        return true;
    }

    private boolean stepInEntry(ArchiveEntry current) {
        return current.endsItself() ? stepInCompressed(current) : stepInStored(current);
    }

    private boolean stepInCompressed(ArchiveEntry current) {
        if (!current.ended()) {
            take(current, end);
        }
        if (!current.ended() || available() < LOOK_AHEAD_BYTES) {
            return false;
        }
        int descriptorBytes = at(start).getInt() == DESCRIPTOR ? descriptorBytes(current) : 0;
        understood &= descriptorBytes > 0;
        endEntry(current, descriptorBytes);
        return true;
    }

    private boolean stepInStored(ArchiveEntry current) {
        for (int i = start; i <= end - LOOK_AHEAD_BYTES; i++) {
            if (pending[i] == 'P' && at(i).getInt() == DESCRIPTOR) {
                take(current, i);
                int descriptorBytes = descriptorBytes(current);
                if (descriptorBytes > 0) {
                    endEntry(current, descriptorBytes);
                    return true;
                }
            }
        }
        take(current, Math.max(start, end - LOOK_AHEAD_BYTES + 1));
        return false;
    }

    private void take(ArchiveEntry current, int until) {
        int taken = current.take(pending, start, until - start);
        understood &= taken >= 0;
        start += Math.max(0, taken);
    }

    /** Returns the length of the data descriptor at the start of the pending bytes, or 0. */
    private int descriptorBytes(ArchiveEntry current) {
        ByteBuffer bytes = at(start);
        if (Integer.toUnsignedLong(bytes.getInt(start + 4)) != current.crc()) {
            return 0;
        }
        if (bytes.getLong(start + 8) == current.storedSize()
                && bytes.getLong(start + 16) == current.size()
                && startsNext(bytes.getInt(start + 24))) {
            return 24;
        }
        boolean small =
                Integer.toUnsignedLong(bytes.getInt(start + 8)) == current.storedSize()
                        && Integer.toUnsignedLong(bytes.getInt(start + 12)) == current.size()
                        && startsNext(bytes.getInt(start + 16));
        return small ? 16 : 0;
    }

    private static boolean startsNext(int signature) {
        return signature == LOCAL || signature == CENTRAL;
    }

    private void endEntry(ArchiveEntry current, int descriptorBytes) {
        current.end();
        understood &= entries.put(current.name(), current) == null;
        start += descriptorBytes;
        entry = null;
    }

    /**
     * Ends the archive. Returns the digest of the entries by name without the bookkeeping, or null
     * if the archive has an unknown layout.
     */
    byte @Nullable [] finish() {
        if (entry != null) {
            entry.end();
        }
        if (!understood || !inDirectory || !directoryAgrees()) {
            return null;
        }
        DigestWriter all = new DigestWriter();
        for (ArchiveEntry each : entries.values()) {
            if (!isBookkeeping(each.name())) {
                all.text(each.name()).bytes(each.digest());
            }
        }
        return all.finish();
    }

    /**
     * Tells whether the directory at the end, which readers follow, lists the entries that were
     * seen.
     */
    private boolean directoryAgrees() {
        Map<String, Long> listed = new TreeMap<>();
        int at = start;
        while (end - at >= CENTRAL_BYTES && at(at).getInt() == CENTRAL) {
            ByteBuffer header = at(at);
            int name = header.getShort(at + 28) & 0xffff;
            int rest = (header.getShort(at + 30) & 0xffff) + (header.getShort(at + 32) & 0xffff);
            if (end - at < CENTRAL_BYTES + name + rest) {
                return false;
            }
            long crc = Integer.toUnsignedLong(header.getInt(at + 16));
            listed.put(new String(pending, at + CENTRAL_BYTES, name, StandardCharsets.UTF_8), crc);
            at += CENTRAL_BYTES + name + rest;
        }
        Map<String, Long> seen = new TreeMap<>();
        entries.forEach((name, each) -> seen.put(name, each.crc()));
        return listed.equals(seen) && isEnd(at);
    }

    private boolean isEnd(int at) {
        // the end-of-directory records of small and of large archives
        int signature = end - at >= Integer.BYTES ? at(at).getInt() : 0;
        return signature == 0x06054b50 || signature == 0x06064b50;
    }

    private static boolean isBookkeeping(String name) {
        return name.endsWith("/.data/serialization_id") || name.endsWith(".debug_pkl");
    }
}
