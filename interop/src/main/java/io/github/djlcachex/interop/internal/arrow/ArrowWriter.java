package io.github.djlcachex.interop.internal.arrow;

import com.google.flatbuffers.FlatBufferBuilder;

import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.TableColumn;
import io.github.djlcachex.interop.spi.TableWriter;

import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes an Arrow IPC file or stream: a record batch for each chunk of rows. */
public final class ArrowWriter implements TableWriter {

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int MAGIC_BYTES = 8;
    private static final int ALIGNMENT = 64;
    private static final int PREFIX_BYTES = 8;
    private static final int CONTINUATION = 0xFFFFFFFF;

    private record Place(long offset, int metadataBytes, long bodyBytes) {}

    private final FileChannel channel;
    private final List<TableColumn> columns;
    private final Map<String, String> metadata;
    private final boolean isStream;
    private final List<Place> batches = new ArrayList<>();
    private long position;

    /**
     * Creates the file, which is not there.
     *
     * @param metadata what the schema says beside the columns
     * @param isStream whether there is no footer, and no magic word
     */
    public ArrowWriter(
            Path file, List<TableColumn> columns, Map<String, String> metadata, boolean isStream)
            throws IOException {
        this.columns = List.copyOf(columns);
        this.metadata = Map.copyOf(metadata);
        this.isStream = isStream;
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (!isStream) {
            put(ByteBuffer.wrap(Arrays.copyOf(MAGIC, MAGIC_BYTES)));
        }
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int schema = ArrowSchemaWriter.write(builder, columns, metadata);
        putMessage(builder, MessageHeader.Schema, schema, 0);
    }

    private void put(ByteBuffer bytes) throws IOException {
        position += bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Pads to where the body may start. Returns the bytes with their prefix. */
    private int putMessage(FlatBufferBuilder builder, byte type, int header, long bodyBytes)
            throws IOException {
        Message.startMessage(builder);
        Message.addVersion(builder, MetadataVersion.V5);
        Message.addHeaderType(builder, type);
        Message.addHeader(builder, header);
        Message.addBodyLength(builder, bodyBytes);
        Message.finishMessageBuffer(builder, Message.endMessage(builder));
        ByteBuffer encoded = builder.dataBuffer();
        long end = aligned(position + PREFIX_BYTES + encoded.remaining());
        int bytes = (int) (end - position);
        ByteBuffer message =
                ByteBuffer.allocate(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(CONTINUATION)
                        .putInt(bytes - PREFIX_BYTES)
                        .put(encoded);
        put(message.rewind());
        return bytes;
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    @Override
    public void write(List<ColumnData> rows) throws IOException {
        List<Long> lengths = new ArrayList<>();
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int c = 0; c < columns.size(); c++) {
            ColumnBuffers.append(columns.get(c), rows.get(c), lengths, buffers);
        }
        FlatBufferBuilder builder = new FlatBufferBuilder();
        long bodyBytes = 0;
        for (ByteBuffer buffer : buffers) {
            bodyBytes += aligned(buffer.remaining());
        }
        int header = batch(builder, rows.get(0).rows(), lengths, buffers, bodyBytes);
        long offset = position;
        int metadataBytes = putMessage(builder, MessageHeader.RecordBatch, header, bodyBytes);
        batches.add(new Place(offset, metadataBytes, bodyBytes));
        for (ByteBuffer buffer : buffers) {
            int padding = (int) (aligned(buffer.remaining()) - buffer.remaining());
            put(buffer);
            put(ByteBuffer.allocate(padding));
        }
    }

    /** Flatbuffers are written from their end: the last buffer comes first. */
    private static int batch(
            FlatBufferBuilder builder,
            int rows,
            List<Long> lengths,
            List<ByteBuffer> buffers,
            long bodyBytes) {
        RecordBatch.startNodesVector(builder, lengths.size());
        for (int i = lengths.size() - 1; i >= 0; i--) {
            FieldNode.createFieldNode(builder, lengths.get(i), 0);
        }
        int nodes = builder.endVector();
        RecordBatch.startBuffersVector(builder, buffers.size());
        long offset = bodyBytes;
        for (int i = buffers.size() - 1; i >= 0; i--) {
            long bytes = buffers.get(i).remaining();
            offset -= aligned(bytes);
            Buffer.createBuffer(builder, offset, bytes);
        }
        int places = builder.endVector();
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, rows);
        RecordBatch.addNodes(builder, nodes);
        RecordBatch.addBuffers(builder, places);
        return RecordBatch.endRecordBatch(builder);
    }

    @Override
    public void finish() throws IOException {
        ByteBuffer end = ByteBuffer.allocate(PREFIX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        put(end.putInt(CONTINUATION).putInt(0).rewind());
        if (!isStream) {
            ByteBuffer footer = footer();
            int bytes = footer.remaining();
            put(footer);
            ByteBuffer tail =
                    ByteBuffer.allocate(Integer.BYTES + MAGIC.length)
                            .order(ByteOrder.LITTLE_ENDIAN);
            put(tail.putInt(bytes).put(MAGIC).rewind());
        }
    }

    private ByteBuffer footer() {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int schema = ArrowSchemaWriter.write(builder, columns, metadata);
        Footer.startDictionariesVector(builder, 0);
        int dictionaries = builder.endVector();
        Footer.startRecordBatchesVector(builder, batches.size());
        for (int i = batches.size() - 1; i >= 0; i--) {
            Place place = batches.get(i);
            Block.createBlock(builder, place.offset(), place.metadataBytes(), place.bodyBytes());
        }
        int places = builder.endVector();
        Footer.startFooter(builder);
        Footer.addVersion(builder, MetadataVersion.V5);
        Footer.addSchema(builder, schema);
        Footer.addDictionaries(builder, dictionaries);
        Footer.addRecordBatches(builder, places);
        Footer.finishFooterBuffer(builder, Footer.endFooter(builder));
        return builder.dataBuffer();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
