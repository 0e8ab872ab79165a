package io.github.djlcachex.djl;

import ai.djl.nn.Block;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ProcessRank;
import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Warnings;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** DecoratorNotices logs each warning of a decorator once, or throws where the options say so. */
final class DecoratorNotices {

    private static final Logger logger = Loggers.DECORATOR;

    /** The average number of rows per id from which on it warns. */
    private static final int MANY_ROWS_PER_ID = 4;

    private static final int MIN_ROWS_TO_WARN = 16;

    private final String block;
    private final boolean requireIds;
    private final boolean readOnly;
    private final VaryingRows varyingRows;
    private final Set<Notice> said = ConcurrentHashMap.newKeySet();

    private enum Notice {
        NO_IDS,
        FEW_IDS,
        ONE_ID_FOR_TWO_INPUTS,
        OTHER_SHAPE,
        CLOSED,
        NOTHING_TO_READ,
        CHANGED_INPUT,
        SHARES_WITH_NONE,
        SHARE_LIMIT,
        SHARE_FAILED
    }

    DecoratorNotices(Block block, boolean requireIds, boolean readOnly, VaryingRows varyingRows) {
        this.block = block.getClass().getSimpleName();
        this.requireIds = requireIds;
        this.readOnly = readOnly;
        this.varyingRows = varyingRows;
    }

    private boolean isFirst(Notice notice) {
        return !said.contains(notice) && said.add(notice);
    }

    /**
     * Reports a batch without ids.
     *
     * @throws InvalidIdsException if ids are required
     */
    void noIds() {
        String advice =
                "give ids by CachedDataset, CacheIdTranslator, CacheIds.attach or CacheIds.scope, or"
                        + " point optIdInput to them; CacheIds.around brings them to a decorator"
                        + " behind other blocks";
        if (requireIds) {
            throw new InvalidIdsException(
                    Problem.of("batch", "an id for each row", "no ids", advice));
        }
        if (isFirst(Notice.NO_IDS)) {
            Warnings.warn(
                    logger, "A batch for {} has no ids and runs uncached; {}.", block, advice);
        }
    }

    /** Warns if few rows have an id of their own. */
    void fewIds(Keys keys, int missing, int[] unique) {
        boolean few = missing >= MIN_ROWS_TO_WARN && unique.length * MANY_ROWS_PER_ID <= missing;
        if (few && isFirst(Notice.FEW_IDS)) {
            Warnings.warn(
                    logger,
                    "{} rows of a batch for {} have {} different ids, such as '{}': rows of one id"
                            + " are computed once. Give each sample an id of its own.",
                    missing,
                    block,
                    unique.length,
                    Ids.text(keys.getObject(unique[0])));
        }
    }

    /**
     * Reports two different input rows of a batch that share an id.
     *
     * @param positions the two rows
     * @throws AuditFailedException if the audit is to fail
     */
    void oneIdForTwoInputs(Keys keys, int[] positions, AuditMode mode) {
        String id = Ids.text(keys.getObject(positions[0]));
        if (mode == AuditMode.FAIL) {
            throw new AuditFailedException(
                    Problem.of(
                            "id '" + id + "'",
                            "one input row",
                            "different rows at positions " + positions[0] + " and " + positions[1],
                            "give each sample an id of its own, and augment behind the cache"));
        }
        if (isFirst(Notice.ONE_ID_FOR_TWO_INPUTS)) {
            Warnings.warn(
                    logger,
                    "Rows {} and {} of a batch for {} differ and have one id, '{}': later batches"
                            + " will get the first one's row for both. Give each sample an id of"
                            + " its own, and augment behind the cache.",
                    positions[0],
                    positions[1],
                    block,
                    id);
        }
    }

    /** Warns that the cache is closed. */
    void closed() {
        if (isFirst(Notice.CLOSED)) {
            Warnings.warn(
                    logger,
                    "The cache in front of {} is closed: batches run uncached. Close the decorator"
                            + " behind the last batch.",
                    block);
        }
    }

    /** Warns if a read-only cache is empty. */
    void nothingToRead(FeatureCache cache) {
        if (!said.contains(Notice.NOTHING_TO_READ)
                && readOnly
                && cache.rowCount() == 0
                && isFirst(Notice.NOTHING_TO_READ)) {
            Warnings.warn(
                    logger,
                    "The cache in front of {} is read-only, and {} has no rows of this module and"
                            + " fingerprint: every batch is computed. Check the directory and the"
                            + " module id.",
                    block,
                    cache.directory());
        }
    }

    /** Warns that an id is now given to another input. */
    void changedInput(Object id) {
        if (isFirst(Notice.CHANGED_INPUT)) {
            Warnings.warn(
                    logger,
                    "The input of id '{}' for {} is not the one that its cached row was computed"
                            + " from: such rows are computed in each batch. Give what changed"
                            + " another id, or all of it another module id.",
                    Ids.text(id),
                    block);
        }
    }

    /**
     * Warns that the block gives rows of another shape than the cached ones.
     *
     * @throws UnsupportedOutputException if such rows are to be refused
     */
    void otherShape(@Nullable RowSchema cached) {
        String columns = cached == null ? "none" : cached.columns().toString();
        if (varyingRows == VaryingRows.REFUSE) {
            throw new UnsupportedOutputException(
                    Problem.of(
                            "rows of " + block + " for the inputs of a batch",
                            "rows like the cached ones, " + columns,
                            "rows of another shape",
                            "declare the axis that differs by optPadOutput, or leave"
                                    + " optVaryingRows(REFUSE) out"));
        }
        if (isFirst(Notice.OTHER_SHAPE)) {
            Warnings.warn(
                    logger,
                    "{} gives rows of another shape for the inputs of a batch than the cached rows"
                            + " have, {}: such batches run uncached. Declare the axis that differs"
                            + " by optPadOutput. Or pool in front of the cache by optOutput, pad"
                            + " all inputs to one length, or give the stored columns up by"
                            + " cache().reset() or another module id.",
                    block,
                    columns);
        }
    }

    /** Warns that misses are to be shared, and there is no rank to share them with. */
    void sharesWithNone(ProcessRank rank, boolean writable) {
        if (isFirst(Notice.SHARES_WITH_NONE)) {
            Warnings.warn(
                    logger,
                    "{} shares no misses: this is {}{}. Set optRank, or start by a launcher that"
                            + " names the rank, and let every rank write.",
                    block,
                    rank,
                    writable ? "" : ", and its cache may not write");
        }
    }

    /** Warns that rows of another rank did not come in time. */
    void shareLimitMissed(int rank, Duration limit) {
        if (isFirst(Notice.SHARE_LIMIT)) {
            Warnings.warn(
                    logger,
                    "Rows for {} did not come from rank {} within {}, and were computed here."
                            + " Sharing misses helps where all ranks meet the same batches at about"
                            + " the same time; stats() counts what it brings.",
                    block,
                    rank,
                    limit);
        }
    }

    /** Warns that the directory could not be listed for the rows of other ranks. */
    void shareFailed(String reason) {
        if (isFirst(Notice.SHARE_FAILED)) {
            Warnings.warn(
                    logger, "Rows of other ranks for {} cannot be looked for: {}", block, reason);
        }
    }
}
