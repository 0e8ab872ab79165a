package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.internal.table.Refusals;

import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MetadataVersion;

import java.nio.ByteBuffer;

/**
 * One message of a file.
 *
 * @param header its decoded metadata
 * @param bodyAt where its body starts
 * @param bodyBytes the size of the body
 */
record ArrowMessage(Message header, long bodyAt, long bodyBytes) {

    /** A size of a body that only the message itself tells. */
    static final long OWN_BODY = -1;

    /** Decodes the metadata of a message. */
    static ArrowMessage of(RegionFile file, ByteBuffer metadata, long bodyAt, long bodyBytes) {
        Message message = Message.getRootAsMessage(metadata);
        if (message.version() < MetadataVersion.V4) {
            throw Refusals.unsupported(
                    file.path(),
                    "Arrow's metadata from version 4 on",
                    "version " + (message.version() + 1),
                    "write it anew with a present Arrow");
        }
        long bytes = bodyBytes == OWN_BODY ? message.bodyLength() : bodyBytes;
        if (bytes < 0 || bytes > file.size() - bodyAt) {
            throw Refusals.corrupt(
                    file.path(),
                    "a body of at most " + (file.size() - bodyAt) + " bytes",
                    bytes + " bytes: it is cut off");
        }
        return new ArrowMessage(message, bodyAt, bytes);
    }
}
