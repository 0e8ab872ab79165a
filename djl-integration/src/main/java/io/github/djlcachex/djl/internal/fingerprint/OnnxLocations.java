package io.github.djlcachex.djl.internal.fingerprint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the external data files of an ONNX model while its bytes are read.
 *
 * <p>Each file is the value of a key {@code location} in the protocol buffer. The bytes are
 * searched for that pattern, so another text that looks like it may be among the results.
 */
final class OnnxLocations {

    // the field of the key, which is a text of 8 bytes, and the field of the value
    private static final byte[] KEY = "\n\blocation\u0012".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_LENGTH = 4096;
    private static final int MAX_MATCH_BYTES = KEY.length + 2 + MAX_LENGTH;

    private final Set<String> found = new TreeSet<>();
    private byte[] rest = new byte[0];

    Set<String> found() {
        return found;
    }

    /** Takes the next bytes of the file, or none at its end. */
    void take(byte[] bytes, int length) {
        byte[] window = new byte[rest.length + length];
        System.arraycopy(rest, 0, window, 0, rest.length);
        System.arraycopy(bytes, 0, window, rest.length, length);
        // a match that may cross the end of the window waits for more bytes
        int until = length == 0 ? window.length : Math.max(0, window.length - MAX_MATCH_BYTES);
        for (int i = 0; i < until; i++) {
            if (window[i] == KEY[0] && startsWithKey(window, i)) {
                readValue(ByteBuffer.wrap(window).position(i + KEY.length));
            }
        }
        rest = Arrays.copyOfRange(window, until, window.length);
    }

    private static boolean startsWithKey(byte[] window, int from) {
        return window.length - from > KEY.length
                && Arrays.equals(window, from, from + KEY.length, KEY, 0, KEY.length);
    }

    private void readValue(ByteBuffer in) {
        int length = in.get() & 0xff;
        if (length > 0x7f && in.hasRemaining()) {
            length = (length & 0x7f) | (in.get() << 7);
        }
        if (length > 0 && length <= Math.min(MAX_LENGTH, in.remaining())) {
            byte[] text = new byte[length];
            in.get(text);
            found.add(new String(text, StandardCharsets.UTF_8));
        }
    }
}
