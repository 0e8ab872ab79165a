package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;

import io.github.djlcachex.djl.internal.hash.Buffers;
import io.github.djlcachex.djl.internal.hash.DigestWriter;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * SampleOutputs are what translators return in tests: a value of each type, and its bits as text.
 */
final class SampleOutputs {

    private SampleOutputs() {}

    /** Outputs of all kinds, each of the model's features. */
    static Map<String, Function<NDList, Object>> outputs() {
        Map<String, Function<NDList, Object>> outputs = new TreeMap<>();
        outputs.put("float[]", list -> features(list).toFloatArray());
        outputs.put("double[]", list -> doubles(features(list)));
        outputs.put("int[]", list -> features(list).toType(DataType.INT32, false).toIntArray());
        outputs.put("long[]", list -> new long[] {Long.MIN_VALUE, argmax(list)});
        outputs.put("byte[]", list -> new byte[] {-1, (byte) argmax(list)});
        outputs.put("boolean[]", list -> new boolean[] {true, argmax(list) > 7});
        outputs.put("float[][]", list -> new float[][] {features(list).toFloatArray(), odd()});
        outputs.put("double[][][]", list -> new double[][][] {{doubles(features(list))}});
        outputs.put("Float", list -> features(list).getFloat(3));
        outputs.put("Long", list -> argmax(list));
        outputs.put("Boolean", list -> argmax(list) > 7);
        outputs.put("NDArray", list -> detached(features(list)));
        outputs.put("NDArray scalar", list -> detached(features(list).sum()));
        outputs.put("NDList", SampleOutputs::detachedList);
        outputs.put("NDList of one", list -> new NDList(detached(features(list))));
        return outputs;
    }

    static Function<NDList, Object> output(String kind) {
        return Objects.requireNonNull(outputs().get(kind));
    }

    static NDArray features(NDList list) {
        return list.stream()
                .filter(array -> array.getDataType() == DataType.FLOAT32)
                .findFirst()
                .orElseThrow();
    }

    static long argmax(NDList list) {
        float[] features = features(list).toFloatArray();
        int best = 0;
        for (int i = 1; i < features.length; i++) {
            best = features[i] > features[best] ? i : best;
        }
        return best;
    }

    static float[] odd() {
        float[] odd = new float[16];
        odd[0] = Float.intBitsToFloat(0x7F800001);
        odd[1] = -0f;
        odd[2] = Float.NEGATIVE_INFINITY;
        return odd;
    }

    static double[] doubles(NDArray array) {
        float[] floats = array.toFloatArray();
        double[] doubles = new double[floats.length];
        Arrays.setAll(doubles, i -> floats[i] / 3d);
        return doubles;
    }

    static NDArray detached(NDArray array) {
        array.detach();
        return array;
    }

    static NDList detachedList(NDList list) {
        NDList detached = new NDList(detached(features(list).sum()), detached(features(list)));
        detached.get(0).setName("sum: of all");
        detached.get(1).setName(null);
        return detached;
    }

    /** Returns a text that two outputs have only if they are equal, bit for bit. */
    static String bits(Object output) {
        if (output instanceof NDList list) {
            return "NDList " + list.stream().map(SampleOutputs::bits).toList();
        } else if (output instanceof NDArray array) {
            return String.join(
                    " ",
                    "NDArray",
                    array.getName(),
                    array.getDataType().name(),
                    array.getShape().toString(),
                    Bits.hex(array));
        } else if (output instanceof Object[] parts) {
            return output.getClass()
                    + Arrays.stream(parts).map(SampleOutputs::bits).toList().toString();
        }
        DigestWriter digest = new DigestWriter();
        if (output.getClass().isArray()) {
            digest.bytes(Buffers.bytesOfArray(output));
        } else {
            digest.text(output.toString());
        }
        return output.getClass() + java.util.HexFormat.of().formatHex(digest.finish());
    }

    static List<String> bits(List<?> outputs) {
        return outputs.stream().map(SampleOutputs::bits).toList();
    }

    static int length(NDList list) {
        return (int) argmax(list) % 3; // 0 is a row of nothing, which cannot be kept either
    }
}
