package io.github.djlcachex.interop.internal.arrow;

import org.apache.arrow.flatbuf.Schema;
import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** The messages of an Arrow file or stream, dictionaries before the batches that use them. */
interface ArrowMessages {

    /** Opens a file, which a magic word tells from a stream. */
    static ArrowMessages of(RegionFile file) throws IOException {
        return ArrowFooter.isFile(file) ? new ArrowFooter(file) : new ArrowStream(file);
    }

    /** The schema, as it is encoded. */
    Schema schema();

    /** The next dictionary or record batch, or null at the end. */
    @Nullable ArrowMessage next() throws IOException;
}
