package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.util.Pair;
import ai.djl.util.PairList;

import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.hash.DigestWriter;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Names what affects a row apart from its id and its input row: the method of a TorchScript module,
 * the names of its arguments, parameters of the call, and inputs that all rows share.
 *
 * <p>Under the same ids, batches of another variant have other rows. So each variant has its own
 * generation.
 */
final class CallVariant {

    /** The plain call: {@code forward}, with nothing but rows. */
    static final String PLAIN = "";

    /** The prefix by which DJL names a method, in the name of an array that is no input. */
    private static final String METHOD_MARKER = "module_method:";

    /**
     * DJL builds dictionaries, lists and tuples from argument names with one of these characters.
     */
    private static final String STRUCTURE = ".[({";

    private static final int HASH_BYTES = 16;

    private @Nullable DigestWriter digest;

    private CallVariant() {}

    static boolean isMethodMarker(NDArray input) {
        String name = input.getName();
        return name != null && name.startsWith(METHOD_MARKER);
    }

    /**
     * Returns a text that differs between calls whose rows may differ; {@link #PLAIN} for the plain
     * call.
     *
     * @param argumentNames asked for calls that may not be plain alone
     * @throws UnsupportedInputException if a parameter of the call is none that can be told from
     *     another
     */
    static String of(
            NDList inputs,
            RowSelector selector,
            @Nullable PairList<String, Object> params,
            Supplier<ArgumentNames> argumentNames) {
        if (isPlain(inputs, selector, params)) {
            return PLAIN;
        }
        ArgumentNames names = argumentNames.get();
        CallVariant variant = new CallVariant();
        boolean namesCount = rowInputs(inputs, selector) > 1 && names.count(inputs);
        for (int i = 0; i < inputs.size(); i++) {
            boolean counts = namesCount || (names.build() && isStructured(inputs.get(i)));
            variant.addInput(inputs.get(i), i, selector, counts);
        }
        if (params != null) {
            for (Pair<String, Object> param : params) {
                variant.add("param", String.valueOf(param.getKey()));
                variant.addValue(String.valueOf(param.getKey()), param.getValue());
            }
        }
        DigestWriter digest = variant.digest;
        return digest == null ? PLAIN : HexFormat.of().formatHex(digest.finish(), 0, HASH_BYTES);
    }

    /** Tells quickly, for most batches, that only ids and rows matter. */
    private static boolean isPlain(
            NDList inputs, RowSelector selector, @Nullable PairList<String, Object> params) {
        if ((params != null && !params.isEmpty()) || !selector.sharedInputs().isEmpty()) {
            return false;
        }
        for (NDArray input : inputs) {
            if (input.getName() != null) {
                return false;
            }
        }
        return true;
    }

    /** Returns how many inputs have rows. The name of a single one is irrelevant. */
    private static long rowInputs(NDList inputs, RowSelector selector) {
        return IntStream.range(0, inputs.size())
                .filter(i -> !selector.isShared(inputs.get(i), i))
                .count();
    }

    private void addInput(NDArray input, int position, RowSelector selector, boolean nameCounts) {
        String name = input.getName();
        if (isMethodMarker(input)) {
            String method = input.getName().substring(METHOD_MARKER.length());
            if (!method.equals("forward")) {
                add("method", method);
            }
        } else if (selector.isShared(input, position)) {
            add("shared", position + " " + name);
            addArray(input);
        } else if (nameCounts && name != null && !name.isEmpty()) {
            add("argument", position + " " + name);
        }
    }

    private static boolean isStructured(NDArray input) {
        String name = input.getName();
        return name != null && name.chars().anyMatch(c -> STRUCTURE.indexOf(c) >= 0);
    }

    private void addValue(String name, @Nullable Object value) {
        if (value instanceof NDArray array) {
            addArray(array);
        } else if (value instanceof CharSequence
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Enum<?>) {
            add(value.getClass().getName(), value.toString());
        } else {
            throw new UnsupportedInputException(
                    Problem.of(
                            "parameter '" + name + "' of the call",
                            "a text, a number, a boolean, an enum or an array",
                            value == null ? "null" : value.getClass().getName(),
                            "rows depend on it under the same ids: give it as one of these, or run the"
                                    + " wrapped block without the cache"));
        }
    }

    private void addArray(NDArray array) {
        add("array", ArrayTypes.orUnknown(array) + " " + array.getShape());
        if (RowSelector.isText(array)) {
            for (String text : array.toStringArray()) {
                add("text", text);
            }
        } else if (array.getShape().size() > 0) {
            digest().bytes(array.toByteBuffer());
        }
    }

    private void add(String kind, String text) {
        digest().text(kind + " " + text);
    }

    /** Creates the digest on demand, which most batches do not need. */
    private DigestWriter digest() {
        DigestWriter made = digest;
        if (made == null) {
            made = new DigestWriter();
            digest = made;
        }
        return made;
    }
}
