package io.github.djlcachex.interop.internal.numpy;

import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.row.NpyHeader;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An ArrayFile writes an array whose number of rows is known at its end: the header comes last. */
final class ArrayFile implements Closeable {

    private final FileChannel channel;
    private final String descr;
    private final int[] shape;
    private final int headerBytes;
    private long rows;

    ArrayFile(Path file, TableColumn column) throws IOException {
        this.descr = NpyType.descr(column.type());
        this.shape = column.shape();
        this.headerBytes = header(Long.MAX_VALUE).bytes();
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.position(headerBytes);
    }

    /** Refuses a column that NumPy has no array for. */
    static void check(TableColumn column, String advice) {
        if (column.isVariable() || column.type() == LeafType.BYTES) {
            throw Refusals.rows(
                    "column " + column, "rows of one shape of numbers", "others", advice);
        }
    }

    private NpyHeader header(long count) {
        long[] all = new long[shape.length + 1];
        all[0] = count;
        for (int axis = 0; axis < shape.length; axis++) {
            all[axis + 1] = shape[axis];
        }
        return NpyHeader.of(descr, all);
    }

    void write(ColumnData data) throws IOException {
        int bytes = data.start(data.rows()) * data.type().byteWidth();
        ByteBuffer values = data.values().slice(0, bytes);
        while (values.hasRemaining()) {
            channel.write(values);
        }
        rows += data.rows();
    }

    void finish() throws IOException {
        ByteBuffer header = ByteBuffer.wrap(header(rows).encode(headerBytes));
        while (header.hasRemaining()) {
            channel.write(header, header.position());
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
