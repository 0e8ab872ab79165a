package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.SnapshotPart;
import io.github.djlcachex.cache.SnapshotReader;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A KeySpill is the keys and checksums of a snapshot in temporary files, a key in the file that its
 * hash chooses. So the memory of one file's keys is enough to compare two snapshots.
 */
final class KeySpill implements AutoCloseable {

    private final List<Path> files = new ArrayList<>();
    private final KeyType type;
    private long damagedRows;

    /** Reads a snapshot; it takes the rows' checksums, and decodes no row. */
    KeySpill(CacheSnapshot snapshot, KeyType type, int partitions) throws IOException {
        this.type = type;
        List<DataOutputStream> outputs = new ArrayList<>();
        try {
            for (int i = 0; i < partitions; i++) {
                files.add(Files.createTempFile("djlcachex-diff", ".keys"));
                outputs.add(
                        new DataOutputStream(
                                new BufferedOutputStream(Files.newOutputStream(files.get(i)))));
            }
            for (SnapshotPart part : snapshot.parts()) {
                write(part, outputs);
            }
        } finally {
            for (DataOutputStream output : outputs) {
                output.close();
            }
        }
    }

    private void write(SnapshotPart part, List<DataOutputStream> outputs) throws IOException {
        try (SnapshotReader reader = part.openStored()) {
            while (reader.next()) {
                Keys keys = reader.keys();
                for (int row = 0; row < keys.size(); row++) {
                    Object key = keys.getObject(row);
                    int partition = Math.floorMod(spread(key.hashCode()), outputs.size());
                    write(outputs.get(partition), key, reader.checksum(row));
                }
            }
            damagedRows += reader.damagedRows();
        }
    }

    private static int spread(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ (mixed >>> 16);
    }

    private void write(DataOutputStream output, Object key, int checksum) throws IOException {
        if (key instanceof Long number) {
            output.writeLong(number);
        } else {
            byte[] text = String.valueOf(key).getBytes(StandardCharsets.UTF_8);
            output.writeInt(text.length);
            output.write(text);
        }
        output.writeInt(checksum);
    }

    /** The checksums of one file by their keys, in the order of the snapshot. */
    Map<Object, Integer> read(int partition) throws IOException {
        Map<Object, Integer> checksums = new LinkedHashMap<>();
        try (DataInputStream input =
                new DataInputStream(
                        new BufferedInputStream(Files.newInputStream(files.get(partition))))) {
            while (true) {
                Object key = type == KeyType.INT64 ? (Object) input.readLong() : text(input);
                checksums.put(key, input.readInt());
            }
        } catch (EOFException e) {
            return checksums;
        }
    }

    private static String text(DataInputStream input) throws IOException {
        return new String(input.readNBytes(input.readInt()), StandardCharsets.UTF_8);
    }

    long damagedRows() {
        return damagedRows;
    }

    @Override
    public void close() throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
