package io.github.djlcachex.djl.internal.outputs;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.RowClaims;
import io.github.djlcachex.djl.UnsupportedOutputException;
import io.github.djlcachex.djl.internal.DecoratorCounters;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Caches the outputs of a translator by the ids of its inputs. It is for one thread, as a predictor
 * is.
 *
 * <p>A cache that was opened for the fingerprint of model and translator is trusted. A cache that
 * the user gave may hold rows of another translator. So one output is computed first, and must have
 * the type of the stored rows.
 */
public final class OutputCache<I, O> implements AutoCloseable {

    private final FeatureCache cache;
    private final boolean given;
    private final Function<List<I>, Keys> ids;
    private final NDManager manager;
    private final OutputNotices notices;
    private final DecoratorCounters counters = new DecoratorCounters();
    private boolean typeSeen;
    private boolean otherType;

    public OutputCache(
            FeatureCache cache,
            boolean given,
            Function<List<I>, Keys> ids,
            NDManager manager,
            OutputNotices notices) {
        this.cache = cache;
        this.given = given;
        this.ids = ids;
        this.manager = manager;
        this.notices = notices;
    }

    /** Returns an output for each input: computed by the plain predictor, or equal to that. */
    public List<O> predict(List<I> inputs, PlainPredictor<I, O> plain) throws TranslateException {
        counters.batches.increment();
        if (inputs.isEmpty() || otherType) {
            return uncached(inputs, plain);
        }
        while (true) {
            StoredOutputs<O> stored = find(inputs);
            if (stored == null) {
                return uncached(inputs, plain);
            }
            RowClaims claims = cache.claim(stored.keys(), stored.missing());
            try (claims) {
                if (claims.positions().length == stored.missing().length) {
                    return completed(latest(stored, inputs), inputs, plain);
                }
            }
            stored.discard();
            claims.awaitOthers(); // this thread holds no claims here: the others may wait for them
        }
    }

    /** Looks up again, since another thread may have stored rows before this one claimed them. */
    private StoredOutputs<O> latest(StoredOutputs<O> stored, List<I> inputs)
            throws TranslateException {
        int[] missing = stored.missing();
        if (missing.length == 0 || cache.isClosed()) {
            return stored;
        }
        StoredOutputs<O> again = find(inputs);
        if (again == null) {
            return stored;
        }
        stored.discard();
        return again;
    }

    private List<O> completed(StoredOutputs<O> stored, List<I> inputs, PlainPredictor<I, O> plain)
            throws TranslateException {
        int[] missing = stored.missing();
        try {
            List<O> outputs =
                    missing.length == 0 ? stored.outputs() : complete(stored, inputs, plain);
            counters.hits.add(inputs.size() - missing.length);
            counters.misses.add(missing.length);
            return outputs;
        } catch (TranslateException | RuntimeException e) {
            stored.discard();
            throw e;
        }
    }

    private @Nullable StoredOutputs<O> find(List<I> inputs) throws TranslateException {
        long beginNanos = System.nanoTime();
        try {
            return StoredOutputs.find(cache, ids.apply(inputs), manager, given && !typeSeen);
        } catch (CacheClosedException e) {
            notices.closed();
            return null;
        } catch (RuntimeException e) { // as the plain predictor wraps exceptions of a translator
            throw new TranslateException(e);
        } finally {
            counters.readNanos.add(System.nanoTime() - beginNanos);
        }
    }

    private List<O> uncached(List<I> inputs, PlainPredictor<I, O> plain) throws TranslateException {
        counters.uncachedBatches.increment();
        return plain.run(inputs, output -> {});
    }

    private List<O> complete(StoredOutputs<O> stored, List<I> inputs, PlainPredictor<I, O> plain)
            throws TranslateException {
        int[] positions = stored.positionsToRun();
        ComputedOutputs<O> computed = run(select(inputs, positions), inputs.size(), plain);
        if (computed == null) {
            stored.discard();
            return whole(stored, inputs, plain);
        }
        keep(stored, computed);
        if (otherType && stored.hasHits()) {
            stored.discard();
            StoredOutputs.closeAll(computed.outputs());
            return uncached(inputs, plain);
        }
        computed = rounded(computed);
        for (int i = 0; i < positions.length; i++) {
            stored.fill(positions[i], computed.outputs().get(i));
        }
        fillRepeated(stored, computed, inputs, plain);
        return stored.outputs();
    }

    /** Runs the whole batch, for a model that takes no other number of rows. */
    private List<O> whole(StoredOutputs<O> stored, List<I> inputs, PlainPredictor<I, O> plain)
            throws TranslateException {
        ComputedOutputs<O> computed = compute(inputs, plain);
        if (computed.isOneForEach(inputs)) {
            keep(stored, computed.select(stored.positionsToRun()));
            computed = rounded(computed);
        } else {
            notices.otherCount(inputs.size(), computed.outputs().size());
            counters.uncachedBatches.increment();
        }
        return computed.outputs();
    }

    /** The rows of a cache that was closed meanwhile stay as they are. */
    private ComputedOutputs<O> rounded(ComputedOutputs<O> computed) {
        try {
            return otherType ? computed : computed.rounded(cache, manager);
        } catch (CacheClosedException e) {
            notices.closed();
            return computed;
        }
    }

    /**
     * Runs some inputs of a batch, or returns null if the whole batch must run instead. A failure
     * is the plain predictor's only if the whole batch ran.
     */
    private @Nullable ComputedOutputs<O> run(List<I> some, int all, PlainPredictor<I, O> plain)
            throws TranslateException {
        try {
            ComputedOutputs<O> computed = compute(some, plain);
            return computed.isOneForEach(some) ? computed : null;
        } catch (TranslateException e) {
            if (some.size() == all) {
                throw e;
            }
            return null;
        }
    }

    private ComputedOutputs<O> compute(List<I> inputs, PlainPredictor<I, O> plain)
            throws TranslateException {
        long beginNanos = System.nanoTime();
        try {
            return ComputedOutputs.of(plain, inputs, manager);
        } finally {
            counters.computeNanos.add(System.nanoTime() - beginNanos);
        }
    }

    /** Gives each input with a repeated id an output object of its own. */
    @SuppressWarnings("unchecked") // it was made of an output
    private void fillRepeated(
            StoredOutputs<O> stored,
            ComputedOutputs<O> computed,
            List<I> inputs,
            PlainPredictor<I, O> plain)
            throws TranslateException {
        for (int position : stored.missing()) {
            int first = stored.rowOf(position);
            if (stored.positionsToRun()[first] == position) {
                continue;
            }
            OutputRow row = computed.rows().get(first);
            if (row != null) {
                stored.fill(position, (O) row.read(manager));
            } else {
                List<I> alone = List.of(inputs.get(position));
                stored.fill(position, plain.run(alone, output -> {}).get(0));
            }
        }
    }

    /**
     * Stores computed outputs.
     *
     * @throws TranslateException if the first output of all is of a type that cannot be stored
     */
    private void keep(StoredOutputs<O> stored, ComputedOutputs<O> computed)
            throws TranslateException {
        int[] positions = stored.positionsToRun();
        counters.computedRows.add(positions.length);
        RowSchema schema = schemaOf(stored, computed);
        RowsToStore store = new RowsToStore(schema, stored.keys());
        for (int i = 0; i < positions.length; i++) {
            O output = computed.outputs().get(i);
            OutputRow row = computed.rows().get(i);
            checkType(stored, output);
            checkContradiction(stored, row);
            if (!store.add(positions[i], row)) {
                notices.notKept(row == null ? describe(output) : describe(row));
            }
        }
        if (store.size() < positions.length) {
            counters.batchesOfOtherShape.increment();
        }
        counters.declinedRows.add(positions.length - store.size());
        if (!otherType) {
            put(store);
        }
    }

    private void put(RowsToStore store) {
        long beginNanos = System.nanoTime();
        try {
            counters.declinedRows.add(store.put(cache));
        } catch (CacheClosedException e) {
            notices.closed();
        } catch (CacheException e) { // another process stored rows with other columns meanwhile
            counters.declinedRows.add(store.size());
            notices.notStored(e);
        } finally {
            counters.storeNanos.add(System.nanoTime() - beginNanos);
        }
    }

    private static @Nullable RowSchema schemaOf(
            StoredOutputs<?> stored, ComputedOutputs<?> computed) {
        RowSchema schema = stored.schema();
        for (OutputRow row : computed.rows()) {
            schema = schema == null && row != null ? row.schema() : schema;
        }
        return schema;
    }

    private void checkType(StoredOutputs<O> stored, @Nullable O output) throws TranslateException {
        boolean first = !typeSeen && stored.schema() == null;
        if (first && output != null && !OutputKind.isSupported(output)) {
            throw new TranslateException(
                    new UnsupportedOutputException(
                            Problem.of(
                                    "output of the translator",
                                    "numbers, arrays of numbers such as float[], an NDArray or an NDList",
                                    "a " + output.getClass().getTypeName(),
                                    "return one of those, or cache what the block returns: a"
                                            + " CachedPredictor over a CacheBlockDecorator, with"
                                            + " CacheIdTranslator.withContentIds(translator)")));
        }
        typeSeen |= output != null;
    }

    private void checkContradiction(StoredOutputs<O> stored, @Nullable OutputRow row) {
        RowSchema schema = stored.schema();
        if (row != null && schema != null && !row.isOfTypeOf(schema)) {
            otherType = true;
            notices.otherType(cache, describe(row));
        }
    }

    private static String describe(OutputRow row) {
        return row.kind().label() + " of " + row.schema().columns();
    }

    private static String describe(@Nullable Object output) {
        return output == null
                ? "null"
                : "a "
                        + output.getClass().getTypeName()
                        + " that is empty, uneven, or of a type of element that is not stored";
    }

    private static <T> List<T> select(List<T> all, int[] positions) {
        return Arrays.stream(positions).mapToObj(all::get).toList();
    }

    public FeatureCache cache() {
        return cache;
    }

    public DecoratorCounters counters() {
        return counters;
    }

    /** Closes the cache, unless it was given. */
    @Override
    public void close() {
        if (!given) {
            cache.close();
        }
    }
}
