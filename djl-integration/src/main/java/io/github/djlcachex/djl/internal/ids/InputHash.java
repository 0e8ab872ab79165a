package io.github.djlcachex.djl.internal.ids;

import ai.djl.modality.cv.Image;
import ai.djl.ndarray.BytesSupplier;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import io.github.djlcachex.djl.UnsupportedInputException;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.djl.internal.fingerprint.Settings;
import io.github.djlcachex.djl.internal.hash.Buffers;
import io.github.djlcachex.djl.internal.hash.RowHash;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes the hash of a translator's input: the first 128 bits of a SHA-256.
 *
 * <p>Every part is written with its kind and its length or number of parts. The parts of an object
 * are hashed on their own, so that all of them have one size.
 */
public final class InputHash {

    /** The prefix of the ids. No given id starts with it. */
    static final String PREFIX = "content:sha256:";

    /** Deeper than any input; a longer chain is a cycle. */
    private static final int MAX_DEPTH = 64;

    private final NDManager manager;
    private int depth;

    private InputHash(NDManager manager) {
        this.manager = manager;
    }

    /**
     * Returns an id that all inputs of the same content share, in every process.
     *
     * @param manager makes arrays of images that are not Java's own
     * @throws UnsupportedInputException if the content of an object cannot be seen
     */
    public static String idOf(@Nullable Object input, NDManager manager) {
        return PREFIX + HexFormat.of().formatHex(new InputHash(manager).of(input));
    }

    private byte[] of(@Nullable Object input) {
        if (depth >= MAX_DEPTH) {
            throw unsupported("objects at most " + MAX_DEPTH + " deep", "more");
        }
        depth++;
        RowHash hash = new RowHash();
        add(hash, input);
        depth--;
        return hash.finish();
    }

    private void add(RowHash hash, @Nullable Object input) {
        if (input == null) {
            hash.text("null");
        } else if (input instanceof CharSequence text) {
            hash.text("text");
            hash.text(text);
        } else if (input instanceof NDList || input instanceof NDArray) {
            addArrays(hash, input);
        } else if (input instanceof Image image) {
            addImage(hash, image);
        } else if (Contents.isAwtImage(input)) {
            Pixels.add(hash, input);
        } else if (input instanceof Path || input instanceof File) {
            addFile(hash, input instanceof File file ? file.toPath() : (Path) input);
        } else if (input instanceof BytesSupplier supplier) {
            hash.text("bytes");
            hash.bytes(supplier.toByteBuffer());
        } else if (input instanceof Buffer buffer) {
            hash.text(Contents.kindOf(buffer));
            hash.bytes(Contents.remainingOf(buffer));
        } else if (Settings.isNumbers(input.getClass()) && !(input instanceof Object[])) {
            hash.text(input.getClass().getTypeName());
            hash.bytes(Buffers.bytesOfArray(input));
        } else if (Settings.isSetting(input) && !input.getClass().isArray()) {
            hash.text("value");
            hash.text(Settings.describe(input));
        } else if (!addParts(hash, input)) {
            throw unsupported(Contents.SUPPORTED, "a " + input.getClass().getName());
        }
    }

    private void addArrays(RowHash hash, Object input) {
        boolean list = input instanceof NDList;
        NDList arrays = list ? (NDList) input : new NDList((NDArray) input);
        hash.text(list ? "list of arrays" : "array");
        hash.number(arrays.size());
        for (NDArray array : arrays) {
            boolean readable =
                    array.getDataType() == DataType.STRING
                            || (ElementTypes.isSupported(array.getDataType()) && !array.isSparse());
            if (!readable) {
                throw unsupported(
                        "arrays of " + ElementTypes.SUPPORTED + " or STRING",
                        (array.isSparse() ? "a sparse array of " : "") + array.getDataType());
            }
            add(hash, array.getName());
            hash.array(array);
        }
    }

    private void addImage(RowHash hash, Image image) {
        if (Contents.isAwtImage(image.getWrappedImage())) {
            Pixels.add(hash, image.getWrappedImage());
            return;
        }
        hash.text("image of " + image.getClass().getName());
        try (NDManager own = manager.newSubManager()) {
            hash.array(image.toNDArray(own, Image.Flag.COLOR));
            hash.array(image.toNDArray(own, Image.Flag.GRAYSCALE));
        }
    }

    private static void addFile(RowHash hash, Path file) {
        hash.text("file");
        try {
            hash.file(file);
        } catch (IOException e) {
            throw new CacheIoException(
                    Problem.of(
                            file.toString(),
                            "a file to take an id of",
                            e.toString(),
                            "check the path, or " + Contents.ADVICE,
                            e));
        }
    }

    private boolean addParts(RowHash hash, Object input) {
        if (input instanceof Object[] elements) {
            addAll(hash, elements.getClass().getTypeName(), Arrays.asList(elements));
        } else if (input instanceof List<?> elements) {
            addAll(hash, "list", elements);
        } else if (input instanceof Set<?> elements) {
            addUnordered(hash, "set", elements);
        } else if (input instanceof Map<?, ?> map) {
            addUnordered(hash, "map", map.entrySet());
        } else if (input instanceof Map.Entry<?, ?> entry) {
            addAll(hash, "entry", Arrays.asList(entry.getKey(), entry.getValue()));
        } else {
            List<@Nullable Object> parts = Contents.partsOf(input);
            if (parts == null) {
                return false;
            }
            addAll(hash, input.getClass().getName(), parts);
        }
        return true;
    }

    private void addAll(RowHash hash, String kind, List<? extends @Nullable Object> parts) {
        hash.text(kind);
        hash.number(parts.size());
        for (Object part : parts) {
            hash.bytes(ByteBuffer.wrap(of(part)));
        }
    }

    private void addUnordered(RowHash hash, String kind, Collection<?> parts) {
        hash.text(kind);
        hash.number(parts.size());
        parts.stream()
                .map(this::of)
                .sorted(Arrays::compare)
                .forEach(part -> hash.bytes(ByteBuffer.wrap(part)));
    }

    private static UnsupportedInputException unsupported(String expected, String found) {
        return new UnsupportedInputException(
                Problem.of("input to take an id of", expected, found, Contents.ADVICE));
    }
}
