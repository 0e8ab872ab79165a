package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.djl.internal.hash.RowHash;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Hashes the contents of the input rows of a batch to 128 bits.
 *
 * <p>The hash covers position, type, row shape and values of each selected input. With a mask,
 * padding tokens and the zeros at the end of the mask are left out, so that a text has one content
 * in batches of any length. The rest of the mask is part of the content.
 */
final class RowContents {

    private final List<Part> parts = new ArrayList<>();
    private final @Nullable MaskRows mask;
    private final int rows;
    private byte @Nullable [][] hashes;

    /** A part of a row's content. */
    private interface Part {
        void add(RowHash hash, int row);
    }

    /**
     * Reads the inputs of a batch.
     *
     * @param rows the number of rows that each has
     * @throws UnsupportedInputException if the values of one cannot be read
     */
    RowContents(NDList inputs, ContentInputs content, RowSelector selector, int rows) {
        this.rows = rows;
        this.mask = maskOf(inputs, content);
        for (int i = 0; i < inputs.size(); i++) {
            if (content.counts(selector, inputs.get(i), i)) {
                parts.add(partOf(inputs.get(i), i));
            }
        }
        if (parts.isEmpty()) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "contents of a batch",
                            "an input that counts",
                            inputs.size() + " inputs, and none of them",
                            "name inputs with rows by optContentInputs"));
        }
    }

    private @Nullable MaskRows maskOf(NDList inputs, ContentInputs content) {
        if (content.mask() == ContentInputs.NO_MASK) {
            return null;
        }
        if (content.mask() >= inputs.size()) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "mask of contents",
                            "an input at position " + content.mask(),
                            inputs.size() + " inputs",
                            "change optContentMask; positions count without the ids"));
        }
        NDArray found = inputs.get(content.mask());
        Shape shape = found.getShape();
        return MaskRows.of(found, shape.dimension() == 2 ? shape : new Shape(rows, 0));
    }

    private Part partOf(NDArray input, int position) {
        if (RowSelector.isText(input)) {
            return texts(input, position);
        }
        checkReadable(input, position);
        ByteBuffer bytes =
                input.getShape().size() == 0 ? ByteBuffer.allocate(0) : input.toByteBuffer(true);
        Shape shape = input.getShape();
        int rowBytes = rows == 0 ? 0 : bytes.remaining() / rows;
        MaskRows masked = mask;
        boolean ofTokens =
                masked != null && shape.dimension() >= 2 && shape.get(1) == masked.length();
        return (hash, row) -> {
            addKind(hash, input, position, ofTokens ? 2 : 1);
            int from = bytes.position() + row * rowBytes;
            if (masked == null || !ofTokens) {
                hash.bytes(bytes.slice(from, rowBytes));
            } else {
                addTokens(hash, bytes.slice(from, rowBytes), masked, row);
            }
        };
    }

    private static Part texts(NDArray input, int position) {
        String[] texts = input.toStringArray();
        Shape shape = input.getShape();
        int rowTexts = shape.get(0) == 0 ? 0 : texts.length / Math.toIntExact(shape.get(0));
        return (hash, row) -> {
            addKind(hash, input, position, 1);
            for (int i = 0; i < rowTexts; i++) {
                hash.text(texts[row * rowTexts + i]);
            }
        };
    }

    /** Adds the kind of an input, with the dimensions of its rows. */
    private static void addKind(RowHash hash, NDArray input, int position, int from) {
        hash.number(position);
        hash.text(ArrayTypes.orUnknown(input).name());
        long[] shape = input.getShape().getShape();
        hash.number(shape.length);
        for (int i = Math.min(from, shape.length); i < shape.length; i++) {
            hash.number(shape[i]);
        }
    }

    private static void addTokens(RowHash hash, ByteBuffer tokens, MaskRows mask, int row) {
        int length = mask.lengthOf(row);
        int tokenBytes = mask.length() == 0 ? 0 : tokens.remaining() / mask.length();
        hash.number(length);
        for (int token = 0; token < length; ) {
            int from = token;
            while (token < length && mask.counts(row, token)) {
                token++;
            }
            hash.number(from);
            hash.bytes(tokens.slice(from * tokenBytes, (token - from) * tokenBytes));
            while (token < length && !mask.counts(row, token)) {
                token++;
            }
        }
    }

    private static void checkReadable(NDArray input, int position) {
        if (input.isSparse() || !ElementTypes.isSupported(ArrayTypes.of(input))) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "contents of input " + position,
                            "a dense array of " + ElementTypes.SUPPORTED + " or STRING",
                            (input.isSparse() ? "a sparse array of " : "")
                                    + ArrayTypes.nameOf(input),
                            "name the inputs that count by optContentInputs, or give ids"));
        }
    }

    /** Returns the first 64 bits of a row's hash. */
    long checksum(int row) {
        return ByteBuffer.wrap(hashes()[row]).getLong();
    }

    /** Returns the hashes as ids. */
    Keys keys() {
        return Keys.ofStrings(Arrays.stream(hashes()).map(HexFormat.of()::formatHex).toList());
    }

    private byte[][] hashes() {
        byte[][] known = hashes;
        if (known == null) {
            known = new byte[rows][];
            RowHash hash = new RowHash();
            for (int row = 0; row < rows; row++) {
                for (Part part : parts) {
                    part.add(hash, row);
                }
                known[row] = hash.finish();
            }
            hashes = known;
        }
        return known;
    }
}
