package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The bytes of arrays, for comparisons in which no bit may differ. */
public final class Bits {

    private Bits() {}

    public static String hex(NDArray array) {
        return array.getShape().size() == 0 ? "" : HexFormat.of().formatHex(bytes(array));
    }

    public static List<String> hex(NDList arrays) {
        List<String> hex = new ArrayList<>();
        arrays.forEach(array -> hex.add(hex(array)));
        return hex;
    }

    /** Returns the rows of an array along its first dimension. */
    static List<String> rows(NDArray array) {
        byte[] bytes = bytes(array);
        int rows = Math.toIntExact(array.getShape().get(0));
        int rowBytes = bytes.length / rows;
        List<String> hex = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            hex.add(HexFormat.of().formatHex(bytes, i * rowBytes, (i + 1) * rowBytes));
        }
        return hex;
    }

    private static byte[] bytes(NDArray array) {
        ByteBuffer buffer = array.toByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
