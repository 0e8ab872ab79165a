package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.internal.table.Refusals;

import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Schema;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The messages of an Arrow stream: each has its length in front, and the first is the schema. */
final class ArrowStream implements ArrowMessages {

    private static final int CONTINUATION = 0xFFFFFFFF;
    private static final int MAX_METADATA = 1 << 28;

    private final RegionFile file;
    private final Schema schema;
    private long position;

    ArrowStream(RegionFile file) throws IOException {
        this.file = file;
        ArrowMessage first = next();
        if (first == null || first.header().headerType() != MessageHeader.Schema) {
            throw Refusals.corrupt(file.path(), "an Arrow file or stream", "no schema in front");
        }
        this.schema = (Schema) Objects.requireNonNull(first.header().header(new Schema()));
    }

    @Override
    public Schema schema() {
        return schema;
    }

    /** Reads the metadata of the next message and passes over its body. */
    @Override
    public @Nullable ArrowMessage next() throws IOException {
        if (position == file.size()) {
            return null;
        }
        int length = nextInt();
        if (length == CONTINUATION) {
            length = nextInt();
        }
        if (length == 0) {
            position = file.size();
            return null;
        }
        if (length < 0 || length > MAX_METADATA) {
            throw Refusals.corrupt(
                    file.path(), "an Arrow file or stream", "a message of " + length + " bytes");
        }
        ByteBuffer metadata = file.read(position, length);
        ArrowMessage message =
                ArrowMessage.of(file, metadata, position + length, ArrowMessage.OWN_BODY);
        position = message.bodyAt() + message.bodyBytes();
        return message;
    }

    private int nextInt() throws IOException {
        int value = file.read(position, Integer.BYTES).getInt();
        position += Integer.BYTES;
        return value;
    }
}
