package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;

import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidRowsException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Checks whether an extractor's output row depends only on its input row, bit for bit.
 *
 * <p>A cached row is returned in another batch than the one in which it was computed. If a row
 * changes with the size of its batch, training with the cache differs from training without it in
 * the last bit. If a row changes with the other rows, cached rows are wrong. The check runs the
 * block in evaluation mode on parts of a batch, of every size up to {@value #MAX_SIZE}, and
 * compares the bytes of each row with those from the whole batch. With {@link #optPadding} it also
 * tries other lengths of the inputs. Not safe for use by several threads at once.
 */
public final class BatchInvariance {

    /** The largest part of the batch that is tested, in rows. */
    public static final int MAX_SIZE = 40;

    private final FrozenBlock block;
    private final GivenOptions given = new GivenOptions();
    private Set<Integer> sharedInputs = Set.of();
    private final Map<Integer, Padding> paddings = new HashMap<>();

    private BatchInvariance(Block block) {
        this.block = new FrozenBlock(Options.given("block", block));
    }

    /**
     * Returns a check of an extractor, to be told of its inputs.
     *
     * @param block the block, not decorated; a check runs it in evaluation mode some hundred times
     * @return the check
     */
    public static BatchInvariance of(Block block) {
        return new BatchInvariance(block);
    }

    /**
     * Declares inputs that belong to the batch as a whole, as {@link
     * CacheBlockDecoratorBuilder#optSharedInputs} does.
     *
     * @param positions their positions, from 0, counted without the ids
     * @return this check
     */
    public BatchInvariance optSharedInputs(int... positions) {
        sharedInputs = Options.positionsOnce(given, "sharedInputs", positions);
        return this;
    }

    /**
     * Declares an input that is padded to the longest row of its batch. The check then pads it
     * further, by one element and to twice its length, together with all other inputs that are
     * padded, and compares the rows.
     *
     * @param position its position, from 0, counted without the ids
     * @param axis the axis that is padded, from 1
     * @param value the value of the padding, such as the tokenizer's padding token, or 0 for a mask
     * @return this check
     * @throws io.github.djlcachex.row.InvalidOptionException if the axis is under 1
     */
    public BatchInvariance optPadding(int position, int axis, Number value) {
        Options.check(position >= 0, "position of a padded input", "0 or more", position);
        Padding padding = new Padding(axis, Options.given("padding", value));
        paddings.put(position, given.once("padding of input " + position, padding));
        return this;
    }

    /** Report tells what a check found. Immutable. */
    public static final class Report {

        private final boolean deterministic;
        private final int rows;
        private final List<Integer> sizes;
        private final List<Integer> variantSizes;
        private final List<Integer> crossRowSizes;
        private final PaddingEffect padding;

        Report(
                boolean deterministic,
                int rows,
                List<Integer> sizes,
                List<Integer> variantSizes,
                List<Integer> crossRowSizes,
                PaddingEffect padding) {
            this.deterministic = deterministic;
            this.rows = rows;
            this.sizes = List.copyOf(sizes);
            this.variantSizes = List.copyOf(variantSizes);
            this.crossRowSizes = List.copyOf(crossRowSizes);
            this.padding = padding;
        }

        /**
         * Tells whether the same batch gave the same rows twice.
         *
         * @return true if it did
         */
        public boolean isDeterministic() {
            return deterministic;
        }

        /**
         * Returns the rows of the whole batch.
         *
         * @return the number of rows
         */
        public int rows() {
            return rows;
        }

        /**
         * Returns the sizes that were tested.
         *
         * @return the sizes in rows, ascending
         */
        public List<Integer> sizes() {
            return sizes;
        }

        /**
         * Returns the sizes at which a row differed from its copy in the whole batch.
         *
         * @return the sizes in rows, ascending
         */
        public List<Integer> variantSizes() {
            return variantSizes;
        }

        /**
         * Returns the sizes at which a row differed between two batches of that size, with its
         * position or with the other rows.
         *
         * @return the sizes in rows, ascending
         */
        public List<Integer> crossRowSizes() {
            return crossRowSizes;
        }

        /**
         * Returns what more padding of the inputs changed.
         *
         * @return the effect
         */
        public PaddingEffect padding() {
            return padding;
        }

        /**
         * Tells whether no row ever differed, in a single bit.
         *
         * @return true if the extractor is batch-invariant at every size and padding that was
         *     tested
         */
        public boolean isInvariant() {
            return deterministic
                    && variantSizes.isEmpty()
                    && crossRowSizes.isEmpty()
                    && padding != PaddingEffect.ROWS
                    && padding != PaddingEffect.LAST_BITS;
        }

        /**
         * Returns the least batch size from which on rows are batch-invariant, a value for {@link
         * CacheBlockDecoratorBuilder#optMinBatchRows}.
         *
         * @return the size, or empty if there is none among the tested
         */
        public OptionalInt minBatchRows() {
            int lastBad =
                    IntStream.concat(
                                    variantSizes.stream().mapToInt(Integer::intValue),
                                    crossRowSizes.stream().mapToInt(Integer::intValue))
                            .max()
                            .orElse(0);
            return deterministic
                    ? sizes.stream().mapToInt(Integer::intValue).filter(s -> s > lastBad).min()
                    : OptionalInt.empty();
        }

        @Override
        public String toString() {
            if (isInvariant()) {
                return "Rows are the same in batches of "
                        + sizes
                        + " and "
                        + rows
                        + " rows."
                        + padding.text;
            }
            if (!deterministic) {
                return "The same batch gave different rows: the extractor keeps state or draws"
                        + " random numbers, and must not be cached.";
            }
            if (variantSizes.isEmpty() && crossRowSizes.isEmpty()) {
                return "Rows do not depend on the size of their batch." + padding.text;
            }
            String found =
                    "Rows differ from those of a batch of "
                            + rows
                            + " at the sizes "
                            + variantSizes
                            + ", and with their position or the other rows at "
                            + crossRowSizes
                            + ". ";
            return minBatchRows().isPresent()
                    ? found
                            + "Use optMinBatchRows("
                            + minBatchRows().getAsInt()
                            + ") or more."
                            + padding.text
                    : found
                            + "The extractor mixes the rows of a batch, and must not be cached."
                            + padding.text;
        }
    }

    /** What more padding of the inputs changes in the rows. */
    public enum PaddingEffect {
        /** No input was declared as padded. */
        NOT_TESTED(""),

        /** Not a bit. */
        NONE(" Padding changes nothing."),

        /** No more than rounding does, 1e-4. */
        LAST_BITS(
                " Padding changes the last bits of rows: losses with the cache differ from those"
                        + " without it in the last bits, unless all inputs are padded to one"
                        + " length."),

        /** More than that: a cached row keeps the padding of the batch that it was computed in. */
        ROWS(
                " Padding changes the rows: a cached row keeps that of the first batch. Pass a"
                        + " mask, or pad all inputs to one length."),

        /**
         * The shape of the rows: they can be cached only if all inputs are padded to one length.
         */
        SHAPE(
                " Padding changes the shape of the rows: pool in front of the cache, or pad all"
                        + " inputs to one length.");

        private final String text;

        PaddingEffect(String text) {
            this.text = text;
        }
    }

    /**
     * Checks an extractor that has row inputs alone on a batch.
     *
     * @param block the block, not decorated; it is run in evaluation mode some hundred times
     * @param batch inputs of N rows each, best over {@value #MAX_SIZE}; ids are left out
     * @return what was found
     * @throws UnsupportedOutputException if the outputs are not rows that can be cached
     */
    public static Report check(Block block, NDList batch) {
        return of(block).check(batch);
    }

    /**
     * Checks the extractor on a batch.
     *
     * @param batch inputs of N rows each, best over {@value #MAX_SIZE}; ids are left out
     * @return what was found
     * @throws UnsupportedOutputException if the outputs are not rows that can be cached
     * @throws UnsupportedInputException if the extractor's engine can take nothing that is made of
     *     an input
     * @throws InvalidRowsException if no input has rows
     */
    public Report check(NDList batch) {
        return new BatchInvarianceRuns(
                        block,
                        BatchIds.split(batch, -1).inputs(),
                        new RowSelector(sharedInputs),
                        paddings)
                .check();
    }
}
