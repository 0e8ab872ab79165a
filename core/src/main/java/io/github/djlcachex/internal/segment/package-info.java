/**
 * The segment files: their format, how one is written and committed, how one is read.
 *
 * <p>Not part of the promised API, but the format is: it may be read with any Arrow library.
 *
 * <h2>Format 1</h2>
 *
 * <p>A generation directory holds {@code contract.json} ({@link
 * io.github.djlcachex.internal.segment.ContractFile}) and {@code segments/}. A segment is an Arrow
 * IPC file with one record batch, named {@code <writer>-<sequence>.arrow} ({@link
 * io.github.djlcachex.internal.segment.SegmentName}), complete from the moment it has that name,
 * never changed and its name never used again.
 *
 * <pre>
 * offset                bytes
 * 0                     "ARROW1", 2 zeros
 * 8                     schema message, padded so that the next starts at a multiple of 64
 *                       (its metadata repeats the contract)
 * ..                    record batch message, padded to 64
 * ..                    body, every buffer at a multiple of 64, validity buffers empty:
 *                         id       int64, or utf8: int32 offsets, bytes
 *                         columns  fixed_shape_tensor, one each; of a variable column see below
 *                         crc32c   int32: the row's key and bytes ({@link RowCrc})
 *                         seal     64 bytes, {@link io.github.djlcachex.internal.segment.Seal}
 * ..                    end of stream: FFFFFFFF 00000000
 * ..                    footer: schema, the one block, writer, sequence, rows, time
 * ..                    length of the footer as int32, "ARROW1"
 * </pre>
 *
 * <p>A variable column of tensors is a variable_shape_tensor: int32 boundaries of the rows in
 * elements, the elements, and {@code rank} int32 dimensions a row. One of texts or blobs is utf8 or
 * binary: boundaries and bytes. The contract then requires {@code variable-columns}. Nothing proves
 * boundaries and dimensions at open: {@link io.github.djlcachex.internal.segment.VariableColumn}
 * believes them only if they lead to bytes of the column, and the row's checksum is over the length
 * in bytes, the dimensions and the bytes.
 *
 * <p>The seal is the last part of the record batch's body and belongs to no buffer, so that Arrow
 * readers pass over it. It is read first: it proves the metadata, the keys and the file's length
 * before anything of them is decoded. {@link io.github.djlcachex.internal.segment.LayoutV1}
 * computes every offset from the contract and the row count, and a file that says otherwise is
 * refused.
 *
 * <p>A column that is stored in another precision is a tensor of what is stored, with the type that
 * it stands for in the field's metadata as {@code djlcachex.served}. One of INT8 is followed by its
 * scales, one a row, in a field with the metadata {@code djlcachex.scale_of} ({@link
 * io.github.djlcachex.internal.segment.ServedColumns}).
 */
@NullMarked
package io.github.djlcachex.internal.segment;

import org.jspecify.annotations.NullMarked;
