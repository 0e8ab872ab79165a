package io.github.djlcachex.tensor;

import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Npy reads and writes NumPy's format of one array, versions 1 to 3. */
final class Npy {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int PREFIX_BYTES = 10;
    private static final int MAX_HEADER = 1 << 16;

    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\sL]*)\\)");

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
        String shape =
                LongStream.of(tensor.shape()).mapToObj(d -> d + ",").collect(Collectors.joining());
        String header =
                "{'descr': '"
                        + NAMES.get(tensor.type())
                        + "', 'fortran_order': False, 'shape': ("
                        + shape
                        + "), }";
        int length = PREFIX_BYTES + header.length() + 1;
        int padded = (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] text =
                (header + " ".repeat(padded - length) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer prefix = ByteBuffer.allocate(PREFIX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        prefix.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) text.length);
        output.write(prefix.array());
        output.write(text);
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
        String header = header(new DataInputStream(input), file);
        String descr = field(DESCR, header);
        String order = field(ORDER, header);
        String dimensions = field(SHAPE, header);
        TensorType type = descr == null ? null : type(descr);
        if (descr == null || type == null || order == null || dimensions == null) {
            String found = descr == null ? header : "type " + descr;
            throw refused(
                    file,
                    "truth values, integers, floats or complex numbers",
                    found.contains("O") ? found + ": Python objects" : found,
                    "save the array with another dtype");
        }
        long[] shape = shape(dimensions);
        ByteBuffer data = data(input, file, type, shape);
        if (descr.charAt(0) == '>') {
            swap(data, Values.width(type));
        }
        boolean isFortran = order.equals("True") && shape.length > 1;
        return RawTensor.of(type, shape, isFortran ? lastFirst(data, shape, type) : data);
    }

    private static String header(DataInputStream input, String file) throws IOException {
        byte[] magic = input.readNBytes(MAGIC.length);
        int version = input.read();
        int minor = input.read();
        if (!Arrays.equals(magic, MAGIC) || version < 1 || version > 3 || minor != 0) {
            throw refused(file, "an npy file of version 1 to 3", "another file", "save it anew");
        }
        int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
        byte[] bytes = Arrays.copyOf(input.readNBytes(lengthBytes), Integer.BYTES);
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length < 0 || length > MAX_HEADER) {
            throw refused(file, "a header", "one of " + length + " bytes", "save it anew");
        }
        return new String(input.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static @Nullable String field(Pattern pattern, String header) {
        Matcher matcher = pattern.matcher(header);
        return matcher.find() ? matcher.group(1) : null;
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

    private static long[] shape(String dimensions) {
        return Arrays.stream(dimensions.split(","))
                .map(dimension -> dimension.replace("L", "").strip()) // Python 2 wrote longs so
                .filter(dimension -> !dimension.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
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
