package io.github.djlcachex.cache;

/**
 * A RowFunction computes the rows of ids that have none, for {@link FeatureCache#computeMissing}.
 *
 * @param <I> the ids: {@code long[]}, {@code List<String>} or {@code Keys}, each id once; or one id
 * @param <R> the rows, one an id and in their order: {@code float[][]} or {@code RowBatch}; or one
 *     row
 * @param <E> the exception that it may throw, which the caller of {@code computeMissing} receives
 */
@FunctionalInterface
public interface RowFunction<I, R, E extends Exception> {

    /**
     * Computes rows. It may use any cache, the same one too, on the thread that calls it.
     *
     * @param missing the ids whose rows are missing
     * @return their rows
     * @throws E if the rows cannot be computed: none is stored then
     */
    R compute(I missing) throws E;
}
