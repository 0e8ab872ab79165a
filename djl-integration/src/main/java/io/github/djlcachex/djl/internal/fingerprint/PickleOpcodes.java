package io.github.djlcachex.djl.internal.fingerprint;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rewrites a pickle so that its bytes do not depend on which strings were shared.
 *
 * <p>The writer of PyTorch replaces a string object that it has written before by a reference. Two
 * equal strings may be one object or two, so a module that is saved, loaded and saved again gives
 * other bytes. Here a reference to a string or a class becomes the string itself, and other
 * references are numbered in order. The device of a tensor becomes a constant, as its values do not
 * depend on it. Nothing is executed.
 */
final class PickleOpcodes {

    private static final String NO_ARGUMENT =
            "(.012NRbael}])tsudQ\u0081\u0085\u0086\u0087\u0088\u0089";
    private static final String ONE_BYTE = "K\u0080";
    private static final String SHORT_LENGTH = "U\u008a\u008c";
    private static final String LONG_LENGTH = "XTB";
    private static final String TEXTS = "UXT\u008cc";
    private static final String INTEGERS = "KMJ\u008a";
    private static final byte[] STORAGE = text("storage");
    private static final byte[] DEVICE = text("device");

    private final ByteBuffer in;
    private final List<byte[]> out = new ArrayList<>();
    private final Map<Integer, byte[]> memo = new HashMap<>();
    private int objects;

    private PickleOpcodes(byte[] pickle) {
        in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the rewritten pickle, or the pickle itself if it has an unknown opcode. */
    static byte[] rewrite(byte[] pickle) {
        PickleOpcodes opcodes = new PickleOpcodes(pickle);
        try {
            while (opcodes.in.hasRemaining()) {
                if (!opcodes.next()) {
                    return pickle;
                }
            }
            return opcodes.bytes();
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return pickle;
        }
    }

    private static byte[] text(String ascii) {
        byte[] text = ascii.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + Integer.BYTES + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 'X')
                .putInt(text.length)
                .put(text)
                .array();
    }

    private boolean next() {
        int start = in.position();
        char opcode = (char) (in.get() & 0xff);
        switch (opcode) {
            case 'q' -> put(in.get() & 0xff);
            case 'r' -> put(in.getInt());
            case 'h' -> get(in.get() & 0xff);
            case 'j' -> get(in.getInt());
            default -> {
                if (!skipArgument(opcode)) {
                    return false;
                }
                emit(Arrays.copyOfRange(in.array(), start, in.position()));
            }
        }
        return true;
    }

    private boolean skipArgument(char opcode) {
        if (NO_ARGUMENT.indexOf(opcode) >= 0) {
            return true;
        } else if (ONE_BYTE.indexOf(opcode) >= 0) {
            skip(1);
        } else if (opcode == 'M') {
            skip(2);
        } else if (opcode == 'J') {
            skip(4);
        } else if (opcode == 'G') {
            skip(8);
        } else if (SHORT_LENGTH.indexOf(opcode) >= 0) {
            skip(in.get() & 0xff);
        } else if (LONG_LENGTH.indexOf(opcode) >= 0) {
            skip(in.getInt());
        } else if (opcode == 'c') {
            skipLine();
            skipLine();
        } else {
            return false;
        }
        return true;
    }

    private void skip(int bytes) {
        in.position(Math.addExact(in.position(), bytes));
    }

    private void skipLine() {
        while (in.get() != '\n') {
            // a class is written as two lines
        }
    }

    private void emit(byte[] token) {
        out.add(token);
        if (token[0] == 'Q') {
            forgetDevice();
        }
    }

    private byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        out.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }

    /**
     * Replaces the device in {@code ("storage", type, key, device, size)}, from which a tensor is
     * loaded, by a constant.
     */
    private void forgetDevice() {
        int from = out.size() - 8;
        if (from < 0 || !isStorage(out.subList(from, from + 8))) {
            return;
        }
        out.set(from + 4, DEVICE);
    }

    private void put(int index) {
        byte[] last = out.isEmpty() ? new byte[1] : out.get(out.size() - 1);
        boolean text = isText(last);
        memo.put(index, text ? last : reference(objects++));
    }

    private void get(int index) {
        byte[] token = memo.get(index);
        if (token == null) {
            throw new IllegalArgumentException("A reference to nothing");
        }
        emit(token);
    }

    private static boolean isStorage(List<byte[]> tokens) {
        return tokens.get(0)[0] == '('
                && Arrays.equals(tokens.get(1), STORAGE)
                && tokens.get(2)[0] == 'c'
                && isText(tokens.get(3))
                && tokens.get(4)[0] == 'X'
                && INTEGERS.indexOf(opcodeOf(tokens.get(5))) >= 0
                && tokens.get(6)[0] == 't';
    }

    private static boolean isText(byte[] token) {
        return TEXTS.indexOf(opcodeOf(token)) >= 0;
    }

    private static char opcodeOf(byte[] token) {
        return (char) (token[0] & 0xff);
    }

    private static byte[] reference(int number) {
        return ByteBuffer.allocate(5).put((byte) 'j').putInt(number).array();
    }
}
