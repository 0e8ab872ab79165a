package io.github.djlcachex.djl.internal.hash;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;

import io.github.djlcachex.djl.UnsupportedDatasetException;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Computes the hash of a row's content: the first 128 bits of a SHA-256.
 *
 * <p>Every part is written with its length, so that two different contents never give the same
 * bytes.
 */
public final class RowHash {

    public static final int BYTES = 16;

    private static final int PART_BYTES = 1 << 16;

    private final DigestWriter out = new DigestWriter();

    public RowHash() {}

    /**
     * Returns the hash of arrays: data types, shapes and values.
     *
     * @throws UnsupportedDatasetException if an array has a type whose values cannot be read
     */
    public static byte[] of(NDList row) {
        RowHash hash = new RowHash();
        hash.number(row.size());
        for (NDArray array : row) {
            hash.array(array);
        }
        return hash.finish();
    }

    /** Returns the hash of texts. */
    public static byte[] of(String... texts) {
        RowHash hash = new RowHash();
        for (String text : texts) {
            hash.text(text);
        }
        return hash.finish();
    }

    /** Returns the hash of a file and of the settings by which it is read. */
    public static byte[] of(Path file, String settings) throws IOException {
        RowHash hash = new RowHash();
        hash.text("file");
        hash.text(settings);
        hash.file(file);
        return hash.finish();
    }

    /** Adds the bytes of a file without a length. It must be the last part. */
    public void file(Path file) throws IOException {
        Files.copy(file, out.raw());
    }

    public void array(NDArray array) {
        DataType type = array.getDataType();
        text(type.name());
        number(array.getShape().dimension());
        Arrays.stream(array.getShape().getShape()).forEach(this::number);
        if (type == DataType.STRING) {
            // PyTorch crashes when it is asked for the bytes of texts
            for (String value : array.toStringArray(StandardCharsets.UTF_8)) {
                text(value);
            }
        } else {
            checkReadable(type, array);
            bytes(array.toByteBuffer());
        }
    }

    public void bytes(ByteBuffer bytes) {
        out.bytes(bytes);
    }

    private static void checkReadable(DataType type, NDArray array) {
        if (!ElementTypes.isSupported(type) || array.isSparse()) {
            throw new UnsupportedDatasetException(
                    Problem.of(
                            "row of a dataset",
                            "arrays of " + ElementTypes.SUPPORTED + " or STRING",
                            (array.isSparse() ? "a sparse array of " : "") + type.name(),
                            "give ids by file, or list them"));
        }
    }

    /** Adds UTF-16 code units: an encoder would give all lone surrogates one code. */
    public void text(CharSequence text) {
        number((long) text.length() * Character.BYTES);
        int partChars = Math.min(text.length(), PART_BYTES / Character.BYTES);
        ByteBuffer part =
                ByteBuffer.allocate(partChars * Character.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < text.length(); i++) {
            part.putChar(text.charAt(i));
            if (!part.hasRemaining()) {
                out.raw(part.flip());
                part.clear();
            }
        }
        out.raw(part.flip());
    }

    public void number(long number) {
        out.number(number);
    }

    /** Returns the first 128 bits, and starts a new hash. */
    public byte[] finish() {
        return Arrays.copyOf(finishWhole(), BYTES);
    }

    /** Returns all 256 bits, and starts a new hash. */
    public byte[] finishWhole() {
        return out.finish();
    }
}
