package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.store.RemovalPlan.Action;
import io.github.djlcachex.internal.store.RemovalPlan.Setup;
import io.github.djlcachex.internal.store.RemovalPlan.Step;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.testing.QuickDirectory;
import io.github.djlcachex.testing.Reliability;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random sequences of puts, removals, replacements, clears, repairs, kills and power losses by two
 * or three stores of one directory, against a model. No removed row is served after a refresh, no
 * acknowledged row is missing that nobody removed, and none is wrong.
 *
 * <p>The system property {@code removal.model.sequences} asks for more, {@code removal.model.seed}
 * for others. What fails is told with the fewest steps that fail.
 */
@Tag("T30")
@Tag("variable-rows")
class RemovalModelTest {

    private static final int SEQUENCES = Reliability.runs(150, 5000);
    private static final int STEPS = 30;
    private static final String FILESYSTEM = "one in memory that forgets; judged on ";

    private static final List<Action> ACTIONS =
            List.of(
                    Action.PUT,
                    Action.PUT,
                    Action.PUT,
                    Action.PUT,
                    Action.PUT,
                    Action.FLUSH,
                    Action.FLUSH,
                    Action.FLUSH,
                    Action.REFRESH,
                    Action.REFRESH,
                    Action.CHECK,
                    Action.CHECK,
                    Action.CHECK,
                    Action.REMOVE,
                    Action.REMOVE,
                    Action.REMOVE,
                    Action.REPLACE,
                    Action.REPLACE,
                    Action.REOPEN,
                    Action.REPAIR,
                    Action.COMPACT,
                    Action.COMPACT,
                    Action.DAMAGE);

    private static final List<Action> RARE =
            List.of(Action.CLEAR, Action.CRASH, Action.POWER_LOSS, Action.REOPEN);

    @Test
    void stores_anySequenceWithRemovals_serveNoRemovedRowAndLoseNone() throws Exception {
        long firstSeed =
                Long.getLong(
                        "removal.model.seed",
                        Reliability.longTier() ? System.currentTimeMillis() : 0);
        int sequences = Integer.getInteger("removal.model.sequences", SEQUENCES);
        Reliability.prove(
                "T30 model with removals",
                SEQUENCES,
                line -> {
                    line.note("seeds from " + firstSeed);
                    line.filesystem(FILESYSTEM + QuickDirectory.filesystem());
                    for (long seed = firstSeed; seed < firstSeed + sequences; seed++) {
                        prove(seed);
                        line.run();
                    }
                });
    }

    /** A row of the snapshot, behind an entry of the heap whose file is gone, was not counted. */
    @Test
    void rowCount_stringKeyBehindAnEntryWithoutASource_isRight() {
        prove(55_516);
    }

    /** A store that let go of a file could not read the keys of the one with the other copy. */
    @Test
    void row_whoseOtherCopyCouldNotBeReadAtOnce_isFoundByTheNextRefresh() {
        prove(56_053);
    }

    /**
     * A read that failed, of which the background thread decides which one it is, makes a
     * compaction refuse for half a second.
     */
    @Test
    void compaction_soonAfterAReadFailed_succeedsOnceTheFileIsReadAgain() {
        for (int run = 0; run < 30; run++) {
            prove(74);
        }
    }

    private static void prove(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Setup setup =
                new Setup(
                        2 + random.nextInt(2),
                        random.nextBoolean() ? KeyType.INT64 : KeyType.UTF8,
                        random.nextBoolean(),
                        random.nextLong());
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            steps.add(step(random));
        }
        Throwable failure = failureOf(setup, steps);
        if (failure != null) {
            List<Step> fewest = fewest(setup, steps);
            StringBuilder told = new StringBuilder("seed " + seed + ", " + setup);
            fewest.forEach(step -> told.append("\n  ").append(step));
            throw new AssertionError(told.toString(), failure);
        }
    }

    private static Step step(SplittableRandom random) {
        List<Action> actions = random.nextInt(8) == 0 ? RARE : ACTIONS;
        return new Step(
                actions.get(random.nextInt(actions.size())),
                random.nextInt(3),
                random.nextLong(),
                random.nextInt(12) == 0 ? 1 + random.nextInt(40) : 0,
                random.nextBoolean());
    }

    private static @Nullable Throwable failureOf(Setup setup, List<Step> steps) {
        Step last = null;
        try (RemovalSequence sequence = new RemovalSequence(setup)) {
            for (Step step : steps) {
                last = step;
                sequence.run(step);
            }
            last = null;
            sequence.end();
            return null;
        } catch (Exception | AssertionError e) {
            return new AssertionError("failed in " + (last == null ? "the end" : last), e);
        }
    }

    /** Leaves steps out as long as what is left fails too. */
    private static List<Step> fewest(Setup setup, List<Step> failing) {
        List<Step> fewest = new ArrayList<>(failing);
        for (int i = fewest.size() - 1; i >= 0; i--) {
            List<Step> without = new ArrayList<>(fewest);
            without.remove(i);
            if (failureOf(setup, without) != null) {
                fewest = without;
            }
        }
        return fewest;
    }
}
