package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;

/**
 * The usual ways from the tokens of a text encoder to one vector a text, for {@link
 * CacheBlockDecoratorBuilder#optOutput}.
 *
 * <pre>{@code
 * .optOutput(Pooling.meanByMask(1).andThen(Pooling.l2Normalization()))
 * }</pre>
 *
 * <p>Each takes the first output, of FLOAT32 or FLOAT64, leaves others out, and keeps type and
 * name. Sums are taken in double precision, token by token, whatever the engine: a text pools to
 * the same bits in a batch of any padding, if its tokens are the same.
 */
public final class Pooling implements NamedOutput {

    private static final double LEAST_NORM = 1e-12;

    private final Kind kind;
    private final @Nullable Object mask;

    private enum Kind {
        MEAN_BY_MASK,
        CLS,
        L2_NORMALIZATION
    }

    private Pooling(Kind kind, @Nullable Object mask) {
        this.kind = kind;
        this.mask = mask;
    }

    /**
     * Returns the mean over the tokens that a mask counts, from {@code (N, T, H)} to {@code (N,
     * H)}. A text of which no token counts becomes zeros.
     *
     * @param maskInput the position of the mask among the inputs, from 0, without the ids; an array
     *     of shape {@code (N, T)} whose zeros are padding
     * @return the function
     */
    public static Pooling meanByMask(int maskInput) {
        return new Pooling(Kind.MEAN_BY_MASK, maskInput);
    }

    /**
     * Returns the mean over the tokens that a mask counts, from {@code (N, T, H)} to {@code (N,
     * H)}. A text of which no token counts becomes zeros.
     *
     * <p>A predictor's translator may name its arrays; the batches of DJL's datasets have no names,
     * nor have the inputs that a network is initialized with: those need the position.
     *
     * @param maskName the name of the mask among the inputs, such as {@code attention_mask}; an
     *     array of shape {@code (N, T)} whose zeros are padding
     * @return the function
     */
    public static Pooling meanByMask(String maskName) {
        return new Pooling(Kind.MEAN_BY_MASK, Options.given("maskName", maskName));
    }

    /**
     * Returns the first token, from {@code (N, T, H)} to {@code (N, H)}: the one that BERT and its
     * like call CLS.
     *
     * @return the function
     */
    public static Pooling cls() {
        return new Pooling(Kind.CLS, null);
    }

    /**
     * Returns the division of each row by its Euclidean norm, or by 1e-12 if that is larger; for
     * rows of any shape.
     *
     * @return the function
     */
    public static Pooling l2Normalization() {
        return new Pooling(Kind.L2_NORMALIZATION, null);
    }

    @Override
    public NDList apply(NDList inputs, NDList outputs) {
        NDArray tokens = outputs.head();
        FloatRows rows = FloatRows.of("output 0 for " + this, tokens);
        Shape shape = tokens.getShape();
        boolean ofTokens = kind != Kind.L2_NORMALIZATION;
        if (shape.dimension() != 3 && ofTokens) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            "output 0 for " + this,
                            "tokens of shape (N, T, H)",
                            "shape " + shape,
                            "pool a block whose first output are tokens, or select them by a function of"
                                    + " your own"));
        }
        ArrayBuilder pooled =
                ArrayBuilder.create(
                        "output 0",
                        tokens.getManager(),
                        tokens.getDevice(),
                        ofTokens ? new Shape(shape.get(0), shape.get(2)) : shape,
                        tokens.getDataType());
        FloatRows target = FloatRows.of(pooled.buffer(), tokens.getDataType());
        switch (kind) {
            case MEAN_BY_MASK -> mean(rows, shape, MaskRows.of(maskOf(inputs), shape), target);
            case CLS -> first(rows, shape, target);
            case L2_NORMALIZATION -> normalize(rows, shape, target);
        }
        return new NDList(pooled.finish(tokens.getName()));
    }

    private NDArray maskOf(NDList inputs) {
        NDArray found =
                mask instanceof Integer position
                        ? (position >= 0 && position < inputs.size() ? inputs.get(position) : null)
                        : inputs.get(String.valueOf(mask));
        if (found == null) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "mask of " + this,
                            "an input "
                                    + (mask instanceof Integer
                                            ? "at that position"
                                            : "of that name"),
                            inputs.size() + " inputs: " + names(inputs),
                            "pool by the position of the mask, without the ids; inputs of a Trainer have no"
                                    + " names"));
        }
        return found;
    }

    private static List<String> names(NDList inputs) {
        return inputs.stream().map(input -> String.valueOf(input.getName())).toList();
    }

    private static void mean(FloatRows tokens, Shape shape, MaskRows mask, FloatRows target) {
        int length = Math.toIntExact(shape.get(1));
        int width = Math.toIntExact(shape.get(2));
        double[] sums = new double[width];
        for (int row = 0; row < shape.get(0); row++) {
            Arrays.fill(sums, 0);
            int counted = 0;
            for (int token = 0; token < length; token++) {
                if (mask.counts(row, token)) {
                    counted++;
                    tokens.addTo(sums, (row * length + token) * width);
                }
            }
            for (int i = 0; i < width; i++) {
                target.put(row * width + i, sums[i] / Math.max(1, counted));
            }
        }
    }

    private static void first(FloatRows tokens, Shape shape, FloatRows target) {
        int width = Math.toIntExact(shape.get(2));
        int rowSize = Math.toIntExact(shape.get(1)) * width;
        for (int row = 0; row < shape.get(0); row++) {
            for (int i = 0; i < width; i++) {
                target.put(row * width + i, tokens.get(row * rowSize + i));
            }
        }
    }

    private static void normalize(FloatRows rows, Shape shape, FloatRows target) {
        int count = Math.toIntExact(shape.get(0));
        int width = count == 0 ? 0 : Math.toIntExact(shape.size() / count);
        for (int row = 0; row < count; row++) {
            double squares = 0;
            for (int i = 0; i < width; i++) {
                double value = rows.get(row * width + i);
                squares += value * value;
            }
            double norm = Math.max(Math.sqrt(squares), LEAST_NORM);
            for (int i = 0; i < width; i++) {
                target.put(row * width + i, rows.get(row * width + i) / norm);
            }
        }
    }

    @Override
    public List<Object> parts() {
        return mask == null ? List.of("pooling", kind) : List.of("pooling", kind, mask);
    }

    @Override
    public boolean readsBytes() {
        return true;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case MEAN_BY_MASK -> "mean by mask " + mask;
            case CLS -> "CLS";
            case L2_NORMALIZATION -> "L2 normalization";
        };
    }
}
