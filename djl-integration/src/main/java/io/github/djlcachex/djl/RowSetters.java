package io.github.djlcachex.djl;

import io.github.djlcachex.row.InvalidOptionException;

/** The options of a decorator that say what is content of its rows, and how long they are. */
abstract class RowSetters extends PrecisionSetters {

    /**
     * Gives a batch that brings no ids those of its contents: of each row 128 bits of a SHA-256
     * over its inputs, as string ids. A block is so wrapped, and nothing else changes. Ids that a
     * batch or a scope brings come first.
     *
     * <p>The price is a pass over the inputs of every batch, also of hits. Rows that differ in a
     * bit have two ids: so has a text in batches of other lengths, unless {@link #optContentMask}
     * names the mask. {@link #optContentInputs} leaves out an input that does not decide.
     *
     * @return this builder
     */
    public abstract CacheBlockDecoratorBuilder optContentIds();

    /**
     * Keeps a checksum of the input beside each row, of 64 bits, and computes a row again whose
     * input has another one: an id that has come to mean another sample. That is counted and warned
     * of. The stored row stays, so that the row is computed in each batch until it has another id.
     *
     * <p>The price and the limits are those of {@link #optContentIds}, and 8 bytes a row. Rows that
     * were stored without the check are not found with it.
     *
     * @return this builder
     */
    public abstract CacheBlockDecoratorBuilder optInputCheck();

    /**
     * Names the inputs that are the content of a row, for {@link #optContentIds} and {@link
     * #optInputCheck}. Shared inputs are none.
     *
     * @param positions their positions, from 0, counted without the ids; by default all inputs
     * @return this builder
     * @throws InvalidOptionException if one is negative
     */
    public abstract CacheBlockDecoratorBuilder optContentInputs(int... positions);

    /**
     * Names the input that says which tokens of the others count, for {@link #optContentIds} and
     * {@link #optInputCheck}: an array of shape {@code (N, T)} whose zeros are padding. Of inputs
     * of shape {@code (N, T, ...)} tokens that do not count are then no content, so that a text has
     * one id whatever its batch was padded to.
     *
     * @param maskInput the position of the mask, from 0, counted without the ids; by default none
     * @return this builder
     * @throws InvalidOptionException if it is negative
     */
    public abstract CacheBlockDecoratorBuilder optContentMask(int maskInput);

    /**
     * Sets what happens to a batch whose rows have another shape than the cached ones.
     *
     * @param rows by default {@link VaryingRows#UNCACHED}, and PAD with {@link #optPadOutput}
     * @return this builder
     */
    public abstract CacheBlockDecoratorBuilder optVaryingRows(VaryingRows rows);

    /**
     * Declares that rows of an output differ in length along an axis. Each is stored at its own
     * length. A batch is returned padded to its longest row, or as long as the mask in it, in the
     * first epoch as in later ones.
     *
     * <p>The own length is what {@link #optRowLengths} says. Else the mask ends there: the input of
     * {@link #optContentMask}, or the one that is named {@code attention_mask} by its array or by
     * the graph. Else the row ends where trailing slices are wholly the padding. May be called for
     * several axes.
     *
     * @param output the name of the output
     * @param axis the axis of its array: 0 is the batch and refused, 1 the first of a row, -1 the
     *     last
     * @param padding the value of the padding, which the type of the output must have
     * @return this builder
     * @throws InvalidOptionException if the axis is 0; the first batch throws it if there is no
     *     such output, axis or value
     */
    public abstract CacheBlockDecoratorBuilder optPadOutput(
            String output, int axis, Number padding);

    /**
     * Declares the same of an output without a name.
     *
     * @param output the position of the output, from 0
     * @param axis the axis of its array
     * @param padding the value of the padding
     * @return this builder
     */
    public abstract CacheBlockDecoratorBuilder optPadOutput(int output, int axis, Number padding);

    /**
     * Sets what tells the lengths of rows along the axes of {@link #optPadOutput}. It is part of
     * the fingerprint, as {@link CacheBlockDecoratorBuilder#optOutput} is.
     *
     * @param lengths the function of the inputs
     * @return this builder
     */
    public abstract CacheBlockDecoratorBuilder optRowLengths(RowLengths lengths);

    /**
     * Returns the lengths of the rows too: an INT64 array of shape {@code (N)} behind the outputs
     * for each axis of {@link #optPadOutput}, named {@code row_lengths}; of several axes {@code
     * row_lengths0} and so on, in the order in which they were declared.
     *
     * @return this builder
     */
    public abstract CacheBlockDecoratorBuilder optReturnLengths();
}
