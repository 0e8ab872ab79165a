package io.github.djlcachex.djl.internal.engine;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the name of a PyTorch type that DJL reports as UNKNOWN.
 *
 * <p>DJL has no call for it. The type of a sum tells the name, and the message of a sum that
 * PyTorch refuses contains it.
 */
final class TorchTypes {

    private static final Pattern REFUSED_SUM =
            Pattern.compile("attempted to promote (?:Int and |Float and )?(\\w+)");

    private static final Pattern REFUSED = Pattern.compile("not implemented for '(\\w+)'");

    private TorchTypes() {}

    /** Returns PyTorch's name of an array's type. */
    static String nameOf(NDArray array) {
        try (NDArray row = firstRow(array)) {
            return ofSums(row);
        } catch (EngineException | UnsupportedOperationException | IllegalArgumentException e) {
            return ofMessage(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Returns a dense array for the caller to close; only its first row if the array has several.
     */
    private static NDArray firstRow(NDArray array) {
        if (array.isSparse()) {
            return array.toDense();
        }
        boolean cut = array.getShape().dimension() > 0 && array.getShape().size() > 0;
        return cut ? array.get(new NDIndex().addSliceDim(0, 1)) : array.duplicate();
    }

    private static String ofSums(NDArray row) {
        if (typeOfSum(row, DataType.INT32) == DataType.INT32) {
            return "int16"; // the only signed integer type that DJL does not name
        }
        return switch (typeOfSum(row, DataType.FLOAT32)) {
            case FLOAT32 -> "bfloat16";
            case COMPLEX64 -> "complex32";
            case UNKNOWN -> "complex128";
            default -> ArrayTypes.UNNAMED;
        };
    }

    private static DataType typeOfSum(NDArray row, DataType other) {
        try (NDArray one = row.getManager().create(new float[1]);
                NDArray there = one.toType(other, true).toDevice(row.getDevice(), false);
                NDArray sum = row.add(there)) {
            return sum.getDataType();
        }
    }

    private static String ofMessage(String message) {
        for (Pattern pattern : List.of(REFUSED_SUM, REFUSED)) {
            Matcher matcher = pattern.matcher(message);
            if (matcher.find()) {
                return matcher.group(1).toLowerCase(Locale.ROOT);
            }
        }
        return ArrayTypes.UNNAMED;
    }
}
