package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.store.RemovalPlan.Action;
import io.github.djlcachex.internal.store.RemovalPlan.Setup;
import io.github.djlcachex.internal.store.RemovalPlan.Step;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.testing.QuickDirectory;
import io.github.djlcachex.testing.Reliability;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Removals and replacements by two stores in which one operation of the storage fails, whichever it
 * is, or the power goes at it. What a call has removed stays removed, and what nobody removed is
 * there.
 */
@Tag("T30")
class RemovalFaultsTest {

    private static final String FILESYSTEM = "one in memory that forgets; judged on ";

    private static final List<Action> SCRIPT =
            List.of(
                    Action.PUT,
                    Action.FLUSH,
                    Action.REMOVE,
                    Action.PUT,
                    Action.REPLACE,
                    Action.FLUSH,
                    Action.COMPACT,
                    Action.REMOVE,
                    Action.CLEAR);

    @Test
    void removals_oneOperationFailsOnce_areDoneOrNotAndNothingElseIsLost() throws Exception {
        prove("T30 removals, every operation fails once", false);
    }

    @Test
    void removals_powerGoesAtAnyOperation_stayRemovedAndTheOthersStay() throws Exception {
        prove("T30 removals, power loss at every operation", true);
    }

    private static void prove(String name, boolean dies) throws Exception {
        Reliability.proveInTime(
                name,
                200,
                line -> {
                    line.filesystem(FILESYSTEM + QuickDirectory.filesystem());
                    KeyType type = dies ? KeyType.INT64 : KeyType.UTF8;
                    for (int at = 0; at < SCRIPT.size(); at++) {
                        failEach(at, new Setup(2, type, true, 5), dies, line);
                    }
                });
    }

    private static void failEach(int at, Setup setup, boolean dies, Reliability line) {
        boolean reached = true;
        for (int operation = 1; reached; operation++) {
            try (RemovalSequence sequence = new RemovalSequence(setup)) {
                reached = run(sequence, at, operation, dies);
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(setup + ", operation " + operation + " of step " + at, e);
            }
            line.run();
        }
    }

    private static boolean run(RemovalSequence sequence, int at, int operation, boolean dies)
            throws IOException {
        boolean reached = false;
        for (Step step : steps(at, operation, dies)) {
            reached |= sequence.run(step);
        }
        sequence.end();
        return reached;
    }

    private static List<Step> steps(int at, int operation, boolean dies) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < SCRIPT.size(); i++) {
            int store = SCRIPT.get(i) == Action.COMPACT ? 1 : 0;
            steps.add(new Step(SCRIPT.get(i), store, i, i == at ? operation : 0, dies));
            if (i == at && dies) {
                steps.add(new Step(Action.POWER_LOSS, 0, operation, 0, false));
            }
            if (i == at) {
                steps.add(new Step(Action.CHECK, 1 - store, i, 0, false));
            }
        }
        return steps;
    }
}
