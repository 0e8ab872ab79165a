package io.github.djlcachex.row;

import org.jspecify.annotations.Nullable;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * For the project's own modules alone, and not promised: an NpyHeader is what stands in front of
 * the elements of an array in NumPy's format, versions 1 to 3.
 */
@Internal
public final class NpyHeader {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int ALIGNMENT = 64;
    private static final int PREFIX_BYTES = 10;
    private static final int MAX_BYTES = 1 << 16;

    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\sL]*)\\)");

    private final String text;
    private final int bytes;

    private NpyHeader(String text, int bytes) {
        this.text = text;
        this.bytes = bytes;
    }

    /**
     * Returns the header of an array.
     *
     * @param descr NumPy's name of the type of the elements, as {@code <f4}
     * @param shape the dimensions
     * @return the header, of which the last dimension changes fastest
     */
    public static NpyHeader of(String descr, long... shape) {
        String dimensions =
                LongStream.of(shape).mapToObj(d -> d + ",").collect(Collectors.joining());
        String text =
                "{'descr': '"
                        + descr
                        + "', 'fortran_order': False, 'shape': ("
                        + dimensions
                        + "), }";
        int length = PREFIX_BYTES + text.length() + 1;
        return new NpyHeader(text, (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    }

    /**
     * Reads a header.
     *
     * @param input the file, at its start; afterwards at the first element
     * @return the header, or empty if the file has none
     * @throws IOException if the file cannot be read
     */
    public static Optional<NpyHeader> read(InputStream input) throws IOException {
        DataInputStream data = new DataInputStream(input);
        byte[] magic = data.readNBytes(MAGIC.length);
        int version = data.read();
        int minor = data.read();
        if (!Arrays.equals(magic, MAGIC) || version < 1 || version > 3 || minor != 0) {
            return Optional.empty();
        }
        int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
        byte[] encoded = Arrays.copyOf(data.readNBytes(lengthBytes), Integer.BYTES);
        int length = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (length < 0 || length > MAX_BYTES) {
            return Optional.empty();
        }
        String text = new String(data.readNBytes(length), StandardCharsets.UTF_8).strip();
        return Optional.of(new NpyHeader(text, MAGIC.length + 2 + lengthBytes + length));
    }

    /**
     * Returns the dictionary of the header as it is written.
     *
     * @return the text
     */
    public String text() {
        return text;
    }

    /**
     * Returns NumPy's name of the type of the elements.
     *
     * @return the name, or null if it is none, as that of a structured type
     */
    public @Nullable String descr() {
        return field(DESCR);
    }

    /**
     * Tells whether the first dimension changes fastest.
     *
     * @return null if the header does not tell
     */
    public @Nullable Boolean isFortran() {
        String order = field(ORDER);
        return order == null ? null : order.equals("True");
    }

    /**
     * Returns the dimensions.
     *
     * @return the dimensions, or null if the header does not tell, or one is above 2^63 - 1
     */
    public long @Nullable [] shape() {
        String dimensions = field(SHAPE);
        if (dimensions == null) {
            return null;
        }
        try {
            return Arrays.stream(dimensions.split(","))
                    .map(dimension -> dimension.replace("L", "").strip()) // Python 2 wrote longs so
                    .filter(dimension -> !dimension.isEmpty())
                    .mapToLong(Long::parseLong)
                    .toArray();
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private @Nullable String field(Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    /**
     * Returns where the elements start.
     *
     * @return the size of the header in bytes
     */
    public int bytes() {
        return bytes;
    }

    /**
     * Returns the header as version 1 has it.
     *
     * @param size its size in bytes, at least {@link #bytes()}
     * @return the bytes
     */
    public byte[] encode(int size) {
        int padding = size - PREFIX_BYTES - text.length() - 1;
        byte[] ascii = (text + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer encoded = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        encoded.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) ascii.length).put(ascii);
        return encoded.array();
    }
}
