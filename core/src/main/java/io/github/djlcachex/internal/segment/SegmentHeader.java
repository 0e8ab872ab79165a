package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Everything of a segment file but its keys and rows, read and proven.
 *
 * <p>Order of trust: the file's length gives the footer's place, that the seal's; the seal's own
 * checksum proves the lengths; they and the metadata checksum prove the metadata; only then is a
 * flatbuffer decoded, and what it says is compared with what {@link LayoutV1} computes.
 *
 * @param contract the contract that the file repeats
 * @param facts what the footer says
 * @param seal the seal
 * @param layout where everything is
 * @param fileBytes the size of the file
 */
record SegmentHeader(
        Contract contract, FooterFacts facts, Seal seal, LayoutV1 layout, long fileBytes) {

    /** No writer passes it: rows and keys, padding, and metadata. */
    private static final long MAX_FILE_BYTES = OpenSegment.MAX_BYTES + (32L << 20);

    /** More than any file that was written; refuses absurd allocations for damaged ones. */
    private static final int MAX_METADATA_BYTES = 16 << 20;

    private static final int MAX_KEY_BYTES = 64;

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    /**
     * Reads and proves a header.
     *
     * @param file the open file
     * @param name the name that the file has
     * @throws CorruptFileException if any byte of it is not as it was written
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws IOException if it cannot be read
     */
    static SegmentHeader read(ReadableFile file, SegmentName name) throws IOException {
        String subject = name.committedFile();
        try {
            return new Reader(file, name, subject).read();
        } catch (EOFException e) {
            throw CorruptSegment.exception(subject, "a complete file", "its end too early", e);
        } catch (CacheException e) {
            throw e;
        } catch (RuntimeException e) {
            // flatbuffers checks nothing: hostile metadata shows as an index out of bounds
            throw CorruptSegment.exception(subject, "well-formed Arrow metadata", e.toString(), e);
        }
    }

    /** One reading of one file. */
    private static final class Reader {
        private final ReadableFile file;
        private final SegmentName name;
        private final String subject;
        private final long fileBytes;

        Reader(ReadableFile file, SegmentName name, String subject) throws IOException {
            this.file = file;
            this.name = name;
            this.subject = subject;
            this.fileBytes = file.sizeBytes();
        }

        SegmentHeader read() throws IOException {
            int footerBytes = footerBytes();
            ByteBuffer end = read(LayoutV1.sealOffset(fileBytes, footerBytes), fileBytes);
            Seal seal = Seal.decode(end.slice(0, Seal.BYTES), subject);
            check("footer bytes", footerBytes, seal.footerBytes());
            checkSizes(seal);
            ByteBuffer front =
                    read(0, (long) LayoutV1.MAGIC_BYTES + seal.schemaBytes() + seal.batchBytes());
            check("metadata checksum", seal.metadataCrc(), metadataCrc(front, end));
            return decode(seal, front, end);
        }

        private int footerBytes() throws IOException {
            check("a size of at most " + MAX_FILE_BYTES, true, fileBytes <= MAX_FILE_BYTES);
            long least = LayoutV1.sealOffset(fileBytes, 0);
            check("a file of at least one seal", true, least >= LayoutV1.MAGIC_BYTES);
            ByteBuffer tail = read(fileBytes - LayoutV1.TAIL_BYTES, fileBytes);
            int footerBytes = tail.getInt(0);
            check("closing magic", true, endsWithMagic(tail));
            check(
                    "a footer within the file",
                    true,
                    footerBytes > 0 && footerBytes <= Math.min(least, MAX_METADATA_BYTES));
            return footerBytes;
        }

        private void checkSizes(Seal seal) {
            long front = (long) LayoutV1.MAGIC_BYTES + seal.schemaBytes() + seal.batchBytes();
            check(
                    "metadata within the file",
                    true,
                    seal.schemaBytes() > LayoutV1.MESSAGE_PREFIX_BYTES
                            && seal.batchBytes() > LayoutV1.MESSAGE_PREFIX_BYTES
                            && front <= Math.min(fileBytes, MAX_METADATA_BYTES));
            check(
                    "rows and keys within the file",
                    true,
                    seal.rows() > 0
                            && seal.rows() <= fileBytes / Integer.BYTES
                            && seal.keyBytes() >= seal.rows()
                            && seal.keyBytes() <= fileBytes);
        }

        private SegmentHeader decode(Seal seal, ByteBuffer front, ByteBuffer end) {
            Contract contract = contract(message(front, LayoutV1.MAGIC_BYTES, seal.schemaBytes()));
            if (contract.keyType() == KeyType.INT64) {
                check("key bytes", (long) seal.rows() * Long.BYTES, seal.keyBytes());
            }
            int batchOffset = LayoutV1.MAGIC_BYTES + seal.schemaBytes();
            Message message = message(front, batchOffset, seal.batchBytes());
            LayoutV1 layout = layout(contract, seal, valueCounts(contract, seal, batch(message)));
            check("file bytes", layout.fileBytes(seal.footerBytes()), fileBytes);
            checkBatch(seal, layout, message);
            ByteBuffer footer =
                    end.slice(Seal.BYTES + LayoutV1.END_OF_STREAM_BYTES, seal.footerBytes());
            FooterFacts facts = facts(layout, footer, seal.rows());
            return new SegmentHeader(contract, facts, seal, layout, fileBytes);
        }

        private Contract contract(Message message) {
            check("schema message", MessageHeader.Schema, message.headerType());
            Schema schema = (Schema) Objects.requireNonNull(message.header(new Schema()));
            for (int i = 0; i < schema.customMetadataLength(); i++) {
                KeyValue entry = schema.customMetadata(i);
                if (isOneOf(Set.of(ArrowSchema.CONTRACT_KEY), entry)) {
                    return ContractJson.decode(value(entry, ContractJson.MAX_BYTES), subject);
                }
            }
            throw CorruptSegment.exception(subject, "a contract in the schema", "none", null);
        }

        private static LayoutV1 layout(Contract contract, Seal seal, long[] valueCounts) {
            return new LayoutV1(
                    contract,
                    seal.rows(),
                    seal.keyBytes(),
                    seal.schemaBytes(),
                    seal.batchBytes(),
                    valueCounts);
        }

        /** What the sizes of the buffers say; whoever forged them does not meet the file's size. */
        private long[] valueCounts(Contract contract, Seal seal, RecordBatch batch) {
            long[] counts = new long[contract.columns()];
            LayoutV1 empty = layout(contract, seal, counts);
            check("buffers", empty.buffers().size(), batch.buffersLength());
            for (int c = 0; c < counts.length; c++) {
                Column column = contract.schema().columns().get(c);
                if (column.isVariable()) {
                    long bytes = batch.buffers(empty.valuesBuffer(c)).length();
                    check("elements within the file", true, bytes >= 0 && bytes <= fileBytes);
                    counts[c] = bytes / column.type().byteWidth();
                }
            }
            return counts;
        }

        private RecordBatch batch(Message message) {
            check("record batch message", MessageHeader.RecordBatch, message.headerType());
            return (RecordBatch) Objects.requireNonNull(message.header(new RecordBatch()));
        }

        private void checkBatch(Seal seal, LayoutV1 layout, Message message) {
            check("body bytes", layout.bodyBytes(), message.bodyLength());
            RecordBatch batch = batch(message);
            check("rows", (long) seal.rows(), batch.length());
            check("uncompressed body", true, batch.compression() == null);
            List<LayoutV1.Buffer> buffers = layout.buffers();
            check("buffers", buffers.size(), batch.buffersLength());
            for (int i = 0; i < buffers.size(); i++) {
                check("offset of buffer " + i, buffers.get(i).offset(), batch.buffers(i).offset());
                check("length of buffer " + i, buffers.get(i).length(), batch.buffers(i).length());
            }
            check("nodes", layout.nodes().size(), batch.nodesLength());
            for (int i = 0; i < layout.nodes().size(); i++) {
                check("node " + i, layout.nodes().get(i).length(), batch.nodes(i).length());
                check("nulls of node " + i, 0L, batch.nodes(i).nullCount());
            }
        }

        private FooterFacts facts(LayoutV1 layout, ByteBuffer bytes, int rows) {
            Footer footer = Footer.getRootAsFooter(bytes.order(ByteOrder.LITTLE_ENDIAN));
            check("record batches", 1, footer.recordBatchesLength());
            Block block = footer.recordBatches(0);
            check("offset of the record batch", layout.batchOffset(), block.offset());
            check(
                    "metadata bytes of the record batch",
                    layout.batchBytes(),
                    (long) block.metaDataLength());
            check("body bytes of the record batch", layout.bodyBytes(), block.bodyLength());
            Map<String, String> metadata = new HashMap<>();
            for (int i = 0; i < footer.customMetadataLength(); i++) {
                KeyValue entry = footer.customMetadata(i);
                if (isOneOf(FooterFacts.KEYS, entry)) {
                    metadata.put(entry.key(), value(entry, FooterFacts.MAX_BYTES));
                }
            }
            return FooterFacts.decode(metadata, name, rows, subject);
        }

        /**
         * Tells whether an entry has one of some keys. A forger can have any number of entries
         * share one long text: what is not short, or not wanted, is not decoded.
         */
        private static boolean isOneOf(Set<String> keys, KeyValue entry) {
            ByteBuffer key = entry.keyAsByteBuffer();
            return key != null && key.remaining() <= MAX_KEY_BYTES && keys.contains(entry.key());
        }

        private String value(KeyValue entry, int maxBytes) {
            ByteBuffer value = Objects.requireNonNull(entry.valueAsByteBuffer());
            check("a text of at most " + maxBytes, true, value.remaining() <= maxBytes);
            return Objects.requireNonNull(entry.value());
        }

        private static Message message(ByteBuffer front, int offset, int framedBytes) {
            int prefix = LayoutV1.MESSAGE_PREFIX_BYTES;
            return Message.getRootAsMessage(
                    front.slice(offset + prefix, framedBytes - prefix)
                            .order(ByteOrder.LITTLE_ENDIAN));
        }

        private ByteBuffer read(long from, long to) throws IOException {
            check("an offset within the file", true, from >= 0 && from < to && to <= fileBytes);
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.toIntExact(to - from)).order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(bytes, from);
            return bytes.rewind();
        }

        private void check(String what, Object expected, Object found) {
            if (!expected.equals(found)) {
                throw CorruptSegment.exception(
                        subject, what + " " + expected, String.valueOf(found), null);
            }
        }
    }

    /** The checksum of all bytes before the body and behind it. */
    static int metadataCrc(ByteBuffer front, ByteBuffer fromSeal) {
        return Crc32c.of(front.duplicate().rewind(), fromSeal.duplicate().position(Seal.BYTES));
    }

    static ByteBuffer magic() {
        return ByteBuffer.allocate(LayoutV1.MAGIC_BYTES).put(MAGIC).rewind();
    }

    static ByteBuffer tail(int footerBytes) {
        return ByteBuffer.allocate(LayoutV1.TAIL_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(footerBytes)
                .put(MAGIC)
                .rewind();
    }

    private static boolean endsWithMagic(ByteBuffer tail) {
        return tail.slice(Integer.BYTES, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }
}
