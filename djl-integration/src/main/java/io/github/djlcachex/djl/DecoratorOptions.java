package io.github.djlcachex.djl;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.DecoratorCounters;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** The values of a decorator's options, and the parts of it that they decide on. */
abstract class DecoratorOptions {

    int idInput = -1;
    int minBatchRows;
    boolean requireIds;
    boolean contentIds;
    boolean inputCheck;
    int contentMask = ContentInputs.NO_MASK;
    Set<Integer> contentInputs = Set.of();
    boolean readOnly;
    AuditMode auditMode = AuditMode.WARN;
    @Nullable DataType castUnknownTo;
    @Nullable Block block;
    final GivenOptions given = new GivenOptions();
    final CacheChoice cache = new CacheChoice(given);
    @Nullable String fingerprint;
    Set<Integer> sharedInputs = Set.of();
    @Nullable String version;
    @Nullable OutputFunction output;
    @Nullable Model model;
    Path[] modelFiles = new Path[0];
    boolean oneWriter;
    @Nullable Duration shareLimit;

    /** Returns the block to wrap, after a check of what the options say together. */
    Block wrapped() {
        Options.check(model == null || block == null, "model", "a model or a block", "both");
        Block found = model == null ? block : model.getBlock();
        Block wrapped = Options.required(found, "block", "setBlock or setModel");
        Options.check(
                !(wrapped instanceof CacheBlockDecorator), "block", "no decorator yet", wrapped);
        Options.check(
                shareLimit == null || !(oneWriter || readOnly),
                "shareMisses",
                "ranks that all write",
                readOnly ? "readOnly" : "a writerRank");
        return wrapped;
    }

    OutputStep outputStep() {
        return output == null ? OutputStep.NONE : OutputStep.of(output);
    }

    ContentInputs contentInputs() {
        return new ContentInputs(contentInputs, contentMask);
    }

    @Nullable SharedMisses sharedMisses(DecoratorCounters counters, DecoratorNotices notices) {
        return shareLimit == null ? null : new SharedMisses(shareLimit, counters, notices);
    }

    CacheHandle handleOf(Block wrapped) {
        cache.check(fingerprint, version);
        return cache.cache == null
                ? CacheHandle.opening(
                        wrapped,
                        text -> cache.open(inputCheck ? text + RowStore.SUFFIX : text),
                        fingerprint())
                : CacheHandle.given(wrapped, cache.cache, BlockFingerprint.ofWeights(model));
    }

    private BlockFingerprint fingerprint() {
        boolean one = fingerprint == null || version == null;
        Options.check(
                one, "version", "none beside a fingerprint, which names the code too", "both");
        return BlockFingerprint.of(block, fingerprint, version, model, modelFiles, output);
    }
}
