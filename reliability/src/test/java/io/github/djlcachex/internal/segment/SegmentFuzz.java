package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.StringKeys;
import io.github.djlcachex.testing.HeapStorage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Opens a hostile segment and reads all of it.
 *
 * <p>The first byte of an input says what the rest is: a file as it is, a file whose checksums are
 * repaired, or changes to a valid file, each of an offset, a kind and a value, repaired too.
 */
@SuppressWarnings({"OperatorPrecedence", "RedundantControlFlow"}) // shapes of the format
public final class SegmentFuzz {

    static final byte RAW = 0;
    static final byte REPAIRED = 1;
    static final byte FIRST_EDITED = 2;

    private static final List<byte[]> VALID = FuzzSeeds.segments();
    private static final Path PATH = Path.of("/segments", FuzzSeeds.NAME.committedFile());
    private static final int EDIT_BYTES = 4;
    private static final long[] EXTREMES = {
        0,
        1,
        -1,
        7,
        8,
        63,
        64,
        65,
        1024,
        1025,
        4096,
        1 << 16,
        1 << 24,
        1 << 28,
        1 << 29,
        1 << 30,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        1L << 40,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private SegmentFuzz() {}

    /** Called by Jazzer before the first input: loading and instrumenting classes takes seconds. */
    public static void fuzzerInitialize() {
        for (int i = 0; i < VALID.size(); i++) {
            fuzzerTestOneInput(new byte[] {(byte) (FIRST_EDITED + i)});
        }
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] file = file(input);
        HeapStorage storage = new HeapStorage();
        storage.put(PATH, file);
        for (boolean mapped : new boolean[] {true, false}) {
            try {
                SegmentMetadata.readContract(storage, PATH, FuzzSeeds.NAME);
                readAll(SegmentFile.open(storage, PATH, FuzzSeeds.NAME, mapped));
            } catch (CacheException | IOException e) {
                continue; // refused as it should be
            }
        }
    }

    private static byte[] file(byte[] input) {
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        if (input[0] == RAW) {
            return rest;
        }
        byte[] file = input[0] == REPAIRED ? rest : edited(input[0] & 0xff, rest);
        Repair.segment(file);
        return file;
    }

    private static byte[] edited(int valid, byte[] edits) {
        byte[] file = VALID.get((valid - FIRST_EDITED) % VALID.size()).clone();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at + EDIT_BYTES <= edits.length; at += EDIT_BYTES) {
            int offset = (edits[at] & 0xff) << 8 | edits[at + 1] & 0xff;
            edit(bytes, offset % (file.length - Long.BYTES), edits[at + 2], edits[at + 3]);
        }
        return file;
    }

    private static void edit(ByteBuffer bytes, int offset, byte kind, byte value) {
        long extreme = EXTREMES[(value & 0xff) % EXTREMES.length];
        switch (kind & 3) {
            case 0 -> bytes.put(offset, value);
            case 1 -> bytes.putInt(offset, bytes.getInt(offset) + value);
            case 2 -> bytes.putInt(offset, (int) extreme);
            default -> bytes.putLong(offset, extreme);
        }
    }

    private static void readAll(SegmentFile.Opened opened) throws IOException {
        SegmentFile file = opened.file();
        Keys keys = opened.keys();
        check(keys.size() == file.rows() && file.rows() > 0, "a key a row");
        check(file.readKeys().size() == keys.size(), "the same keys again");
        RowBatch row = heapRow(file.contract().schema());
        RowCrc crc = new RowCrc(row);
        for (int i = 0; i < file.rows(); i++) {
            file.copyRow(i, row, 0);
            int stored = file.storedCrc(i);
            if (stored != crc.of(keys, i, 0)) {
                file.markBad(i);
            }
            if (keys instanceof StringKeys strings) {
                check(file.hasKey(i, strings, i), "a proven key is found in its row");
            }
        }
        file.close();
    }

    private static RowBatch heapRow(RowSchema schema) {
        ByteBuffer[] buffers =
                schema.columns().stream()
                        .map(column -> ByteBuffer.allocate(column.rowBytes()))
                        .map(buffer -> buffer.order(ByteOrder.LITTLE_ENDIAN))
                        .toArray(ByteBuffer[]::new);
        return RowBatch.wrap(schema, 1, buffers);
    }

    private static void check(boolean right, String what) {
        if (!right) {
            throw new AssertionError("expected " + what);
        }
    }
}
