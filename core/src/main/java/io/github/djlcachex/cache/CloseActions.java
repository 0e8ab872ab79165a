package io.github.djlcachex.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;

/** CloseActions are what users want done when a cache has been closed. Each runs once. */
final class CloseActions {

    private static final Logger logger = LoggerFactory.getLogger(FeatureCache.class);

    @GuardedBy("this") private final List<Runnable> waiting = new ArrayList<>();

    @GuardedBy("this") private boolean closed;

    /** Keeps an action for the close, or runs it if that is over. */
    void add(@Nullable Runnable action) {
        if (action == null) {
            throw new InvalidOptionException(
                    Problem.of("action at close", "an action", "null", "leave the call out"));
        }
        if (!keep(action)) {
            run(action);
        }
    }

    private synchronized boolean keep(Runnable action) {
        return !closed && waiting.add(action);
    }

    /** Runs all, outside the monitor: an action may look at the cache. */
    void run() {
        taken().forEach(CloseActions::run);
    }

    private synchronized List<Runnable> taken() {
        closed = true;
        List<Runnable> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            logger.warn("an action after the close of a cache failed", e);
        }
    }
}
