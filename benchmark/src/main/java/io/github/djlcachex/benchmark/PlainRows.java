package io.github.djlcachex.benchmark;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The planned rows in one file without keys or checksums, where a row's number is its place. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class PlainRows {

    private Path file;
    private FileChannel channel;
    private MappedByteBuffer map;
    private int rowBytes;

    /** Creates the state; JMH fills it. */
    public PlainRows() {}

    /**
     * Writes and maps the file.
     *
     * @param plan the rows
     * @throws IOException if it cannot be written
     */
    @Setup(Level.Trial)
    public void open(ReadPlan plan) throws IOException {
        rowBytes = plan.rowBytes;
        file = Fixtures.temporary("plain").resolve("rows");
        BenchmarkRows.writePlain(file, rowBytes, plan.rows());
        channel = FileChannel.open(file, StandardOpenOption.READ);
        map = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }

    /** Copies a batch from the mapping. */
    ByteBuffer copy(BatchCursor cursor) {
        int[] rows = cursor.rows();
        ByteBuffer target = cursor.into().buffer(0);
        for (int i = 0; i < rows.length; i++) {
            target.put(i * rowBytes, map, rows[i] * rowBytes, rowBytes);
        }
        return target;
    }

    /** Reads a batch, one read a row. */
    ByteBuffer read(BatchCursor cursor) throws IOException {
        ByteBuffer target = cursor.into().buffer(0).duplicate();
        read(channel, cursor.rows(), rowBytes, target);
        return target;
    }

    /** Reads rows into a buffer, one read a row. */
    static void read(FileChannel channel, int[] rows, int rowBytes, ByteBuffer target)
            throws IOException {
        for (int i = 0; i < rows.length; i++) {
            int start = i * rowBytes;
            target.limit(start + rowBytes).position(start);
            while (target.hasRemaining()) {
                long place = (long) rows[i] * rowBytes + target.position() - start;
                if (channel.read(target, place) < 0) {
                    throw new IOException("the file ends early");
                }
            }
        }
    }

    /**
     * Removes the file.
     *
     * @throws IOException if it cannot be removed
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        channel.close();
        Files.delete(file);
        Files.delete(file.getParent());
    }
}
