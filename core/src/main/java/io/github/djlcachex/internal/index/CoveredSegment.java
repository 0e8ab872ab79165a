package io.github.djlcachex.internal.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A segment that an index snapshot covers.
 *
 * @param name the name of its file
 * @param rows the number of its rows
 * @param entries how many keys lead to it
 * @param hiddenCopies how many rows of other covered segments have one of these keys
 * @param metadataCrc the checksum of its metadata
 * @param keysCrc the checksum of its keys
 */
public record CoveredSegment(
        String name, int rows, int entries, int hiddenCopies, int metadataCrc, int keysCrc) {

    private static final int MAX_NAME_BYTES = 255;
    private static final int FIXED_BYTES = 6 * Integer.BYTES;

    /** The table of an index snapshot: of each segment its numbers, then the name. */
    static ByteBuffer encode(List<CoveredSegment> segments) {
        int bytes = 0;
        for (CoveredSegment segment : segments) {
            bytes += FIXED_BYTES + utf8(segment.name).length;
        }
        ByteBuffer table = SnapshotFooter.allocate(bytes);
        for (CoveredSegment segment : segments) {
            byte[] name = utf8(segment.name);
            table.putInt(segment.rows).putInt(segment.entries).putInt(segment.hiddenCopies);
            table.putInt(segment.metadataCrc).putInt(segment.keysCrc);
            table.putInt(name.length).put(name);
        }
        return table.rewind();
    }

    /**
     * Reads a table.
     *
     * @throws IllegalArgumentException if it is none
     */
    static List<CoveredSegment> decode(ByteBuffer table) {
        List<CoveredSegment> segments = new ArrayList<>();
        while (table.remaining() >= FIXED_BYTES) {
            int rows = table.getInt();
            int entries = table.getInt();
            int hiddenCopies = table.getInt();
            int metadataCrc = table.getInt();
            int keysCrc = table.getInt();
            byte[] name = new byte[nameBytes(table)];
            table.get(name);
            if (rows <= 0 || entries < 0 || entries > rows || hiddenCopies < 0) {
                throw new IllegalArgumentException(rows + " rows, " + entries + " entries");
            }
            segments.add(
                    new CoveredSegment(
                            new String(name, StandardCharsets.UTF_8),
                            rows,
                            entries,
                            hiddenCopies,
                            metadataCrc,
                            keysCrc));
        }
        if (table.hasRemaining()) {
            throw new IllegalArgumentException(table.remaining() + " bytes too many");
        }
        return segments;
    }

    private static int nameBytes(ByteBuffer table) {
        int bytes = table.getInt();
        if (bytes <= 0 || bytes > Math.min(MAX_NAME_BYTES, table.remaining())) {
            throw new IllegalArgumentException("a name of " + bytes + " bytes");
        }
        return bytes;
    }

    /** A number that tells snapshots of other segments, or in another order, apart. */
    static long identity(List<CoveredSegment> segments) {
        long identity = segments.size();
        for (CoveredSegment segment : segments) {
            identity = SnapshotLayout.mix(identity, segment.rows);
            identity = SnapshotLayout.mix(identity, segment.metadataCrc);
            identity = SnapshotLayout.mix(identity, segment.keysCrc);
            identity = SnapshotLayout.mix(identity, segment.name.hashCode());
        }
        return identity;
    }

    /** Tells whether both are of the same file. */
    boolean isSameFile(KeySource segment) {
        return name.equals(segment.fileName())
                && rows == segment.rows()
                && metadataCrc == segment.metadataCrc()
                && keysCrc == segment.keysCrc();
    }

    private static byte[] utf8(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
