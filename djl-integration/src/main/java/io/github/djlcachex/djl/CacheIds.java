package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.ids.GivenIds;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The ids of a batch's rows, given by hand: as an extra array, or for a stretch of code.
 *
 * <p>An id names a row for good. The same id must mean the same input row in every batch, epoch,
 * fold and run that uses one module; train and validation data share the ids of a module.
 */
public final class CacheIds {

    /** The reserved name of the array that carries the ids among a block's inputs. */
    public static final String NAME = "cache_ids";

    private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

    private CacheIds() {}

    /**
     * Returns the inputs with integer ids appended, as an INT64 array of shape {@code (N)}.
     *
     * @param inputs the inputs of N rows each, not changed
     * @param ids N ids, one for each row
     * @return a new list; the array belongs to the manager of the first input
     * @throws InvalidIdsException if there is no input, ids are there already, or one is null
     */
    public static NDList attach(NDList inputs, long... ids) {
        return attach(inputs, GivenIds.of(ids));
    }

    /**
     * Returns the inputs with string ids appended, as a UINT8 array of shape {@code (N, L)}.
     *
     * @param inputs the inputs of N rows each, not changed
     * @param ids N ids, one for each row
     * @return a new list; the array belongs to the manager of the first input
     * @throws InvalidIdsException if there is no input, ids are there already, or one is null
     * @throws io.github.djlcachex.row.InvalidKeyException if an id is empty or not well-formed
     *     Unicode
     */
    public static NDList attach(NDList inputs, List<String> ids) {
        return attach(inputs, GivenIds.of(ids));
    }

    static NDList attach(NDList inputs, Keys keys) {
        if (GivenIds.checked("inputs", inputs).isEmpty()) {
            throw new InvalidIdsException(
                    Problem.of(
                            "batch",
                            "at least one input",
                            "none",
                            "attach ids to the inputs they name"));
        }
        NDList withIds = new NDList(inputs);
        addTo(withIds, withIds.size(), inputs.head().getManager(), keys);
        return withIds;
    }

    /** Adds the ids to a list in place, as an array of the manager. */
    static void addTo(NDList inputs, int position, NDManager manager, Keys keys) {
        if (inputs.contains(NAME)) {
            throw new InvalidIdsException(
                    Problem.of(
                            "batch",
                            "no ids yet",
                            "an array named '" + NAME + "'",
                            "attach the ids of a batch once"));
        }
        inputs.add(position, IdArrays.encode(manager, keys));
    }

    /**
     * Returns a network that takes the ids off its batches, and gives them to all decorators in it.
     *
     * <p>For networks in which the array of ids is in the way: blocks that take one input alone in
     * front of a decorator, a decorator behind another one, a block that is trained beside a
     * decorated one. To a {@code Trainer} it is the network: parameters, checkpoints and shapes are
     * the same. All decorators in it must run on the thread that calls it.
     *
     * @param network the network, with decorators in it
     * @return the network behind a block that opens a scope of ids for each batch
     * @see #scope(long...)
     */
    public static Block around(Block network) {
        return new IdScopeBlock(Options.given("network", network));
    }

    static Scope scope(Keys keys) {
        return new Scope(keys);
    }

    /**
     * Gives the current thread integer ids for the batches that it runs until the scope is closed.
     *
     * <p>For decorators behind blocks that rebuild their inputs and so lose the array of ids. Ids
     * that a batch carries itself win over those of a scope. Not seen by other threads.
     *
     * @param ids the ids, one for each row of a batch
     * @return the scope, to be closed on the same thread, the innermost first
     * @throws InvalidIdsException if the array is null
     */
    public static Scope scope(long... ids) {
        return new Scope(GivenIds.of(ids));
    }

    /**
     * Gives the current thread string ids for the batches that it runs until the scope is closed.
     *
     * @param ids the ids, one for each row of a batch
     * @return the scope, to be closed on the same thread, the innermost first
     * @throws InvalidIdsException if the list or an id is null
     * @throws io.github.djlcachex.row.InvalidKeyException if an id is empty or not well-formed
     *     Unicode
     * @see #scope(long...)
     */
    public static Scope scope(List<String> ids) {
        return new Scope(GivenIds.of(ids));
    }

    static @Nullable Keys scoped() {
        Scope scope = CURRENT.get();
        return scope == null ? null : scope.keys;
    }

    /** The stretch of code for which a thread has ids. */
    public static final class Scope implements AutoCloseable {

        private final Keys keys;
        private final @Nullable Scope outer;

        private Scope(Keys keys) {
            this.keys = keys;
            this.outer = CURRENT.get();
            CURRENT.set(this);
        }

        /**
         * Ends the scope.
         *
         * @throws InvalidIdsException if it is not the innermost open scope of this thread
         */
        @Override
        public void close() {
            if (CURRENT.get() != this) {
                throw new InvalidIdsException(
                        Problem.of(
                                "scope of ids",
                                "the innermost open scope of this thread",
                                "another one, or none",
                                "close each scope once, on its own thread, by try-with-resources"));
            }
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }
}
