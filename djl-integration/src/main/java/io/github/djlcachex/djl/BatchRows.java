package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.cache.RowClaims;
import io.github.djlcachex.djl.internal.DecoratorCounters;
import io.github.djlcachex.djl.internal.RowTimes;
import io.github.djlcachex.djl.internal.dataset.DatasetNotes;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Takes a batch with ids through the cache: hits are copied, missing rows are computed and stored.
 *
 * <p>Threads compute different rows at the same time. If several want one row, the first one that
 * claims it computes it, and the others wait for it ({@link RowClaims}).
 */
final class BatchRows {

    private final FrozenBlock frozen;
    private final CacheHandle handle;
    private final BlockRunner runner;
    private final RowSelector selector;
    private final KnownInputs knownInputs;
    private final DecoratorNotices notices;
    private final DecoratorCounters counters;
    private final OutputPadding padding;
    private final AuditMode auditMode;
    private final Audit audit;
    private final @Nullable SharedMisses shared;
    private final DatasetNotes datasetNotes = new DatasetNotes();
    private final RowTimes times;
    private final RowCosts costs;

    BatchRows(
            FrozenBlock frozen,
            CacheHandle handle,
            BlockRunner runner,
            RowSelector selector,
            KnownInputs knownInputs,
            DecoratorNotices notices,
            DecoratorCounters counters,
            OutputPadding padding,
            AuditMode auditMode,
            @Nullable SharedMisses shared) {
        this.frozen = frozen;
        this.handle = handle;
        this.runner = runner;
        this.selector = selector;
        this.knownInputs = knownInputs;
        this.notices = notices;
        this.counters = counters;
        this.padding = padding;
        this.auditMode = auditMode;
        this.shared = shared;
        this.audit = new Audit(auditMode, runner, counters, new AuditNotices(frozen.block()));
        this.times = new RowTimes(counters);
        this.costs = new RowCosts(times.cost());
    }

    OutputPadding padding() {
        return padding;
    }

    RowTimes times() {
        return times;
    }

    RowCosts costs() {
        return costs;
    }

    /**
     * Returns the rows of a batch.
     *
     * @param store the cache
     * @param variant the kind of the call, whose cache it is
     * @return the outputs, or null if the batch must run past the cache
     */
    @Nullable NDList readOrCompute(RowStore store, Keys keys, BlockCall call, String variant) {
        FeatureCache cache = store.cache();
        datasetNotes.seen(cache, keys);
        RowSchema stored = store.schema();
        if (!padding.covers(stored)) {
            otherShape(stored);
            return null;
        }
        PartialOutputs found = times.reading(() -> PartialOutputs.of(store, keys, call));
        if (found.incomplete()) {
            notices.nothingToRead(cache);
            sayChanged(store, keys);
        }
        while (found.incomplete()) {
            PartialOutputs filled = fill(store, keys, call, variant, found);
            if (filled == null) {
                found.discard();
                return null;
            }
            found = filled;
        }
        BatchOutputs outputs = found.outputs();
        // null for an empty batch before the first row, whose shape only the block knows
        if (outputs == null || !auditHits(store, keys, call, found, outputs)) {
            found.discard();
            return null;
        }
        counters.hits.add(keys.size() - found.computed().length);
        counters.misses.add(found.computed().length);
        return outputs.toList();
    }

    /** Tells whether rows that were found fit inputs like these, as far as is known. */
    boolean knows(FoundRows found, NDList inputs) {
        return found.rows().schema().equals(found.cache().schema().orElse(null))
                && knownInputs.contains(found.cache(), inputs);
    }

    /**
     * Returns the rows of a batch of which those that were found have no inputs, or null if all
     * inputs are needed: after a mismatch of the audit the others may be wrong too.
     */
    @Nullable NDList lazily(LazyForward forward, FoundRows found, LazyBatch.Part part) {
        datasetNotes.seen(found.cache(), part.batch().keys());
        int[] positions = part.positions();
        int hits = (int) Arrays.stream(positions).filter(i -> !found.missing().get(i)).count();
        int audited = frozen.isOpen() ? audit.wanted(hits) : 0;
        long mismatches = counters.auditMismatches.sum();
        NDList outputs = forward.beside(found, audited);
        if (outputs == null) {
            return null;
        }
        if (counters.auditMismatches.sum() != mismatches) {
            outputs.close();
            return null;
        }
        counters.hits.add(hits - audited);
        audit.skipped(hits - audited);
        return outputs;
    }

    private void otherShape(@Nullable RowSchema stored) {
        counters.batchesOfOtherShape.increment();
        notices.otherShape(stored);
    }

    private void sayChanged(RowStore store, Keys keys) {
        BitSet changed = store.changed();
        if (!changed.isEmpty()) {
            counters.changedInputs.add(changed.cardinality());
            notices.changedInput(keys.getObject(changed.nextSetBit(0)));
        }
    }

    /**
     * Computes the missing rows that no other thread computes, or waits for ranks that do, and
     * waits for the other threads.
     */
    private @Nullable PartialOutputs fill(
            RowStore store, Keys keys, BlockCall call, String variant, PartialOutputs found) {
        RowClaims claims = store.cache().claim(keys, found.missing());
        PartialOutputs filled = claimed(store, keys, call, variant, found, claims);
        if (filled == null || !filled.incomplete()) {
            return filled;
        }
        claims.awaitOthers();
        return times.reading(() -> filled.again(store, keys, call));
    }

    private @Nullable PartialOutputs claimed(
            RowStore store,
            Keys keys,
            BlockCall call,
            String variant,
            PartialOutputs found,
            RowClaims claims) {
        SharedMisses.Compute compute =
                (known, positions) -> computeClaimed(store, keys, call, variant, known, positions);
        SharedMisses.Batch batch = new SharedMisses.Batch(store, keys, call);
        try (claims) {
            return shared == null
                    ? compute.of(found, claims.positions())
                    : shared.fill(batch, found, claims.positions(), compute);
        }
    }

    private @Nullable PartialOutputs computeClaimed(
            RowStore store,
            Keys keys,
            BlockCall call,
            String variant,
            PartialOutputs found,
            int[] claimed) {
        if (claimed.length == 0) {
            return found;
        }
        // the previous holder of a claim may have stored rows since the lookup
        PartialOutputs latest = times.reading(() -> found.again(store, keys, call));
        int[] positions = latest.missingAmong(claimed);
        if (positions.length == 0) {
            return latest;
        }
        // the first rows determine the columns of all
        boolean alone = call.alone() || store.schema() == null;
        BatchOutputs outputs =
                frozen.running(
                        alone,
                        () ->
                                handle.usable(variant) == store.cache()
                                        ? compute(store, keys, call, latest, positions)
                                        : null); // other weights were loaded meanwhile
        return outputs == null ? null : latest.with(outputs, positions);
    }

    private @Nullable BatchOutputs compute(
            RowStore store, Keys keys, BlockCall call, PartialOutputs found, int[] positions) {
        SubBatch subBatch = subBatchOf(keys, call, positions);
        int[] selected = subBatch.isWholeBatch(keys.size()) ? null : subBatch.positions();
        long beginNanos = times.now();
        return runner.run(
                call,
                selected,
                raw -> {
                    RowSchema schema = store.schema();
                    ComputedRows computed = call.computed(schema, raw, subBatch.positions());
                    if (computed == null) {
                        otherShape(schema);
                        return null;
                    }
                    BatchOutputs outputs = found.outputs();
                    if (outputs == null) {
                        outputs = call.outputs(computed.schema(), keys.size());
                    }
                    times.computed(subBatch.positions().length, beginNanos);
                    costs.on(call.place().device());
                    audit.checkBatch(call, keys, subBatch, computed);
                    knownInputs.add(store.cache(), call.inputs());
                    store(store, keys, subBatch.unique(), computed);
                    subBatch.copy(store.rounded(computed.rows()), outputs);
                    return outputs;
                });
    }

    private SubBatch subBatchOf(Keys keys, BlockCall call, int[] missing) {
        SubBatch subBatch = SubBatch.of(keys, missing, call.minRows());
        if (call.idsOfContents()) {
            return subBatch; // one id means one content
        }
        int[] different = subBatch.findDifferentInputs(new InputRows(call.inputs(), selector));
        if (different == null) {
            notices.fewIds(keys, missing.length, subBatch.unique());
            return subBatch;
        }
        notices.oneIdForTwoInputs(keys, different, auditMode);
        return SubBatch.eachAlone(keys, missing, call.minRows());
    }

    /** Stores rows before their claims are released, so that waiting threads find them. */
    private void store(RowStore store, Keys keys, int[] positions, ComputedRows computed) {
        int count = positions.length;
        counters.computedRows.add(count);
        PutResult result =
                times.storing(
                        () -> store.put(keys.select(positions), computed.first(count), positions));
        counters.declinedRows.add(result.declined());
    }

    /**
     * Audits the hits of a batch, and returns false if the block gives these inputs another shape.
     */
    private boolean auditHits(
            RowStore store, Keys keys, BlockCall call, PartialOutputs found, BatchOutputs outputs) {
        FeatureCache cache = store.cache();
        boolean newInputs = keys.size() > 0 && !knownInputs.contains(cache, call.inputs());
        if (!newInputs && !frozen.isOpen()) {
            return true; // hits do not open a block
        }
        boolean fits = audit.checkHits(call, keys, found.computed(), outputs, newInputs, store);
        if (!fits) {
            otherShape(outputs.schema());
        } else if (newInputs) {
            knownInputs.add(cache, call.inputs());
        }
        return fits;
    }
}
