package io.github.djlcachex.tensor;

import io.github.djlcachex.row.NpyHeader;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/** Npy reads and writes NumPy's format of one array, versions 1 to 3. */
final class Npy {

    private static final Map<TensorType, String> NAMES = new EnumMap<>(TensorType.class);

    static {
        NAMES.put(TensorType.BOOLEAN, "|b1");
        NAMES.put(TensorType.INT8, "|i1");
        NAMES.put(TensorType.INT16, "<i2");
        NAMES.put(TensorType.INT32, "<i4");
        NAMES.put(TensorType.INT64, "<i8");
        NAMES.put(TensorType.UINT8, "|u1");
        NAMES.put(TensorType.UINT16, "<u2");
        NAMES.put(TensorType.UINT32, "<u4");
        NAMES.put(TensorType.UINT64, "<u8");
        NAMES.put(TensorType.FLOAT16, "<f2");
        NAMES.put(TensorType.FLOAT32, "<f4");
        NAMES.put(TensorType.FLOAT64, "<f8");
        NAMES.put(TensorType.COMPLEX64, "<c8");
        NAMES.put(TensorType.COMPLEX128, "<c16");
    }

    private Npy() {}

    /**
     * Writes a tensor.
     *
     * @throws UnsupportedTensorException if NumPy has no such type, or it is sparse
     */
    static void write(RawTensor tensor, OutputStream output) throws IOException {
        check(tensor);
        NpyHeader header = NpyHeader.of(NAMES.getOrDefault(tensor.type(), ""), tensor.shape());
        output.write(header.encode(header.bytes()));
        ByteBuffer data = tensor.data();
        byte[] piece = new byte[1 << 16];
        while (data.hasRemaining()) {
            int count = Math.min(piece.length, data.remaining());
            data.get(piece, 0, count);
            output.write(piece, 0, count);
        }
    }

    /**
     * Checks that NumPy has a tensor's type.
     *
     * @throws UnsupportedTensorException if it does not
     */
    static void check(RawTensor tensor) {
        if (!NAMES.containsKey(tensor.type()) || tensor.layout() != TensorLayout.DENSE) {
            throw new UnsupportedTensorException(
                    Problem.of(
                            "tensor " + tensor.name().orElse("without a name"),
                            "a dense tensor of a type that NumPy has",
                            tensor.type() + ", " + tensor.layout(),
                            "cast it, or write its dense form"));
        }
    }

    /**
     * Reads a tensor.
     *
     * @throws UnsupportedTensorException if it is none, or has a type that is not supported
     */
    static RawTensor read(InputStream input, String file) throws IOException {
        NpyHeader header =
                NpyHeader.read(input)
                        .orElseThrow(
                                () ->
                                        refused(
                                                file,
                                                "an npy file of version 1 to 3",
                                                "another file",
                                                "save it anew"));
        String descr = header.descr();
        Boolean isFortran = header.isFortran();
        long[] shape = header.shape();
        TensorType type = descr == null ? null : type(descr);
        if (descr == null || type == null || isFortran == null || shape == null) {
            String found = descr == null ? header.text() : "type " + descr;
            throw refused(
                    file,
                    "truth values, integers, floats or complex numbers",
                    found.contains("O") ? found + ": Python objects" : found,
                    "save the array with another dtype");
        }
        ByteBuffer data = data(input, file, type, shape);
        if (descr.charAt(0) == '>') {
            swap(data, Values.width(type));
        }
        boolean isReordered = isFortran && shape.length > 1;
        return RawTensor.of(type, shape, isReordered ? lastFirst(data, shape, type) : data);
    }

    private static @Nullable TensorType type(String descr) {
        String name = descr.replace('>', '<').replace('=', '<');
        return NAMES.entrySet().stream()
                .filter(e -> e.getValue().equals(name) || isOneByte(e.getValue(), name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private static boolean isOneByte(String known, String name) {
        return known.startsWith("|") && name.equals("<" + known.substring(1));
    }

    private static ByteBuffer data(InputStream input, String file, TensorType type, long[] shape)
            throws IOException {
        long bytes = Math.multiplyExact(RawTensor.elements(shape), (long) type.byteWidth());
        if (bytes > Integer.MAX_VALUE) {
            throw refused(
                    file, "at most " + Integer.MAX_VALUE + " bytes", bytes + "", "split the array");
        }
        byte[] data = input.readNBytes((int) bytes);
        if (data.length != bytes) {
            throw refused(file, bytes + " bytes of data", data.length + "", "copy the file anew");
        }
        return ByteBuffer.wrap(data);
    }

    /** Turns the bytes of each number round. */
    private static void swap(ByteBuffer data, int width) {
        for (int at = 0; at < data.capacity(); at += width) {
            for (int i = 0; i < width / 2; i++) {
                byte first = data.get(at + i);
                data.put(at + i, data.get(at + width - 1 - i));
                data.put(at + width - 1 - i, first);
            }
        }
    }

    /** Brings elements whose first dimension changes fastest into the order of all others. */
    private static ByteBuffer lastFirst(ByteBuffer data, long[] shape, TensorType type) {
        int width = type.byteWidth();
        ByteBuffer ordered = ByteBuffer.allocate(data.capacity());
        for (int element = 0; element < data.capacity() / width; element++) {
            long rest = element;
            long place = 0;
            for (int dimension = 0; dimension < shape.length; dimension++) {
                long stride = 1;
                for (int later = dimension + 1; later < shape.length; later++) {
                    stride *= shape[later];
                }
                place += rest % shape[dimension] * stride;
                rest /= shape[dimension];
            }
            ordered.put((int) (place * width), data, element * width, width);
        }
        return ordered;
    }

    static UnsupportedTensorException refused(
            String file, String expected, String found, String advice) {
        return new UnsupportedTensorException(Problem.of("file " + file, expected, found, advice));
    }
}
