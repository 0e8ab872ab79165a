package io.github.djlcachex.djl;

import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Warnings;
import io.github.djlcachex.row.Problem;

import org.slf4j.Logger;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Logs mismatches that an audit found: the first, the tenth, the hundredth, and so on. */
final class AuditNotices {

    private static final Logger logger = Loggers.DECORATOR;

    private static final String CAUSES =
            "the id named another sample before (indices shift when rows are added), the sample or its"
                    + " preprocessing was changed, a random transform runs in front of the cache, the"
                    + " extractor depends on the other rows of its batch, keeps state or quantizes by"
                    + " batch (check it with BatchInvariance), the length of a padded row is not"
                    + " known from its inputs (optContentMask, optRowLengths), or its code was"
                    + " changed where the fingerprint does not see it (optVersion)";

    private static final String CHOICE =
            "optAudit(AuditMode.FAIL) stops here, optAudit(AuditMode.OFF) accepts the cached rows";

    private final String block;
    private final AtomicLong batches = new AtomicLong();
    private final AtomicBoolean saidCouldNotRun = new AtomicBoolean();

    AuditNotices(Block block) {
        this.block = block.getClass().getSimpleName();
    }

    /**
     * Reports a cached row that differs from what the block computes now.
     *
     * @throws AuditFailedException if the mode is to fail
     */
    void rowDiffers(Object id, double distance, AuditMode mode) {
        if (mode == AuditMode.FAIL) {
            throw new AuditFailedException(
                    Problem.of(
                            "cached row of id '" + Ids.text(id) + "'",
                            "the row that " + block + " computes now",
                            "one that is " + number(distance) + " off",
                            "likely causes: " + CAUSES));
        }
        long count = batches.incrementAndGet();
        if (isPowerOfTen(count)) {
            Warnings.warn(
                    logger,
                    "The cached row of id '{}' is {} off the row that {} computes now (batch {} with"
                            + " such a row). Likely causes: {}. Hits are computed again until {} in"
                            + " a row agree; {}.",
                    Ids.text(id),
                    number(distance),
                    block,
                    count,
                    CAUSES,
                    Audit.FIRST_HITS,
                    CHOICE);
        }
    }

    /**
     * Reports a row that differs when it is computed alone.
     *
     * @throws AuditFailedException if the mode is to fail
     */
    void batchMatters(Object id, double distance, AuditMode mode) {
        if (mode == AuditMode.FAIL) {
            throw new AuditFailedException(
                    Problem.of(
                            "row of id '" + Ids.text(id) + "' computed alone",
                            "the row that " + block + " computes for it in a batch",
                            "one that is " + number(distance) + " off",
                            "the extractor depends on the other rows of its batch, keeps state or quantizes"
                                    + " by batch, so that cached rows are not those of another batch; check"
                                    + " it with BatchInvariance"));
        }
        Warnings.warn(
                logger,
                "{} computes a row for id '{}' that is {} off the row in its batch: it depends on the"
                        + " other rows, keeps state or quantizes by batch, so that cached rows are"
                        + " not those of another batch; check it with BatchInvariance. {}.",
                block,
                Ids.text(id),
                number(distance),
                CHOICE);
    }

    /** Reports that the block failed in a comparison. */
    void couldNotRun(RuntimeException failure) {
        if (saidCouldNotRun.compareAndSet(false, true)) {
            Warnings.warn(
                    logger,
                    "{} could not compute some rows again, so that they could not be compared. Rows"
                            + " that are not cached may fail alike.",
                    block,
                    failure);
        }
    }

    private static boolean isPowerOfTen(long count) {
        long power = 1;
        while (power < count) {
            power *= 10;
        }
        return power == count;
    }

    private static String number(double distance) {
        return Double.isInfinite(distance)
                ? "a different shape or not a number"
                : Float.toString((float) distance);
    }
}
