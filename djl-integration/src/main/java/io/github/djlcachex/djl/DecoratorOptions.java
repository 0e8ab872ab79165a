package io.github.djlcachex.djl;

import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.DecoratorCounters;
import io.github.djlcachex.row.GivenOptions;

import org.jspecify.annotations.Nullable;

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
    final GivenOptions given = new GivenOptions();
    final CacheChoice cache = new CacheChoice(given);
    final BlockChoice block = new BlockChoice(given);
    Set<Integer> sharedInputs = Set.of();
    @Nullable OutputFunction output;
    boolean oneWriter;
    @Nullable Duration shareLimit;
    final VaryingOptions varying = new VaryingOptions(given);

    /** Returns the block to wrap, after a check of what the options say together. */
    Block wrapped() {
        Options.check(
                shareLimit == null || !(oneWriter || readOnly),
                "shareMisses",
                "ranks that all write",
                readOnly ? "readOnly" : "a writerRank");
        return block.wrapped(cache);
    }

    OutputStep outputStep() {
        return output == null ? OutputStep.NONE : OutputStep.of(output);
    }

    OutputPadding padding() {
        return varying.padding(contentMask);
    }

    ContentInputs contentInputs() {
        return new ContentInputs(contentInputs, contentMask);
    }

    @Nullable SharedMisses sharedMisses(DecoratorCounters counters, DecoratorNotices notices) {
        return shareLimit == null ? null : new SharedMisses(shareLimit, counters, notices);
    }

    CacheHandle handleOf(Block wrapped, OutputPadding padding) {
        return block.handle(wrapped, cache, output, padding, inputCheck);
    }
}
