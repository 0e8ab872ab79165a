package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ColumnKind;
import io.github.djlcachex.row.KeyType;

import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The most bytes that a segment file of a contract can have, before it is written.
 *
 * @param fileBytes the bytes of a file beside its rows: messages, footer, seal and padding
 * @param rowBytes the bytes of a row in a file beside its columns, its key and its checksum:
 *     boundaries and dimensions
 */
public record SegmentSize(long fileBytes, long rowBytes) {

    private static final int ALIGNMENT = 64;

    /** Room for facts that are longer in another footer, and for the last boundaries. */
    private static final int SLACK_BYTES = 1024;

    /**
     * Computes the sizes.
     *
     * @param contract the contract of the segments
     * @return the sizes
     */
    public static SegmentSize of(Contract contract) {
        Schema schema = ArrowSchema.of(contract);
        int schemaBytes = ArrowMessages.schemaMessage(schema).remaining();
        long[] noValues = new long[contract.schema().columns().size()];
        LayoutV1 layout = new LayoutV1(contract, 1, Long.BYTES, schemaBytes, 0, noValues);
        int batchBytes = ArrowMessages.batchMessage(1, layout).remaining();
        FooterFacts facts =
                new FooterFacts(
                        new SegmentName(new WriterId(ProcessIdentity.current(), 0), 0), 1, 0);
        int footerBytes = ArrowMessages.footer(schema, layout, facts.encode()).remaining();
        long padding = (layout.buffers().size() + 3L) * ALIGNMENT;
        return new SegmentSize(
                layout.fileBytes(footerBytes) + batchBytes + padding + SLACK_BYTES,
                rowBytes(contract));
    }

    private static long rowBytes(Contract contract) {
        long bytes = contract.keyType() == KeyType.UTF8 ? Integer.BYTES : 0;
        for (Column column : contract.schema().columns()) {
            if (column.isVariable()) {
                int dimensions = column.kind() == ColumnKind.TENSOR ? column.rank() : 0;
                bytes += (1L + dimensions) * Integer.BYTES;
            }
        }
        return bytes;
    }

    /**
     * Returns the most bytes of files with so many rows.
     *
     * @param files the number of files
     * @param rows the number of rows in all of them
     * @param bytes the bytes of their columns, keys and checksums
     * @return the size in bytes
     */
    public long of(long files, long rows, long bytes) {
        return files * fileBytes + rows * rowBytes + bytes;
    }
}
