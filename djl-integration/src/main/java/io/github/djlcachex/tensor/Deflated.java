package io.github.djlcachex.tensor;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Bytes in the raw format of Deflate. */
final class Deflated {

    private Deflated() {}

    /** Returns bytes compressed, or as they are if that is no smaller. */
    static ByteBuffer deflate(ByteBuffer bytes, int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(bytes.duplicate());
            deflater.finish();
            ByteBuffer smaller = ByteBuffer.allocate(Math.max(0, bytes.remaining() - 1));
            while (!deflater.finished() && smaller.hasRemaining()) {
                deflater.deflate(smaller);
            }
            return deflater.finished() ? smaller.flip() : bytes;
        } finally {
            deflater.end();
        }
    }

    /** Fills a buffer, or returns false if these are not the bytes of as many. */
    static boolean inflate(ByteBuffer deflated, ByteBuffer into) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(deflated);
            while (!inflater.finished() && into.hasRemaining() && !inflater.needsInput()) {
                inflater.inflate(into);
            }
            return !into.hasRemaining();
        } catch (DataFormatException e) {
            return false;
        } finally {
            inflater.end();
        }
    }
}
