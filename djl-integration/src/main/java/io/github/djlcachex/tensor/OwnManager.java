package io.github.djlcachex.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** The manager of arrays that are got without one. No engine is loaded before it is asked for. */
final class OwnManager implements AutoCloseable {

    private final @Nullable String engine;
    private @Nullable NDManager manager;
    private boolean isClosed;

    OwnManager(@Nullable String engine) {
        this.engine = engine;
    }

    /**
     * Returns the manager.
     *
     * @throws MissingEngineException if there is no engine
     */
    synchronized NDManager of(Head head) {
        if (isClosed) {
            throw new IllegalStateException("the cache was closed");
        }
        if (manager == null) {
            manager = opened(head);
        }
        return manager;
    }

    private NDManager opened(Head head) {
        try {
            if (engine != null && Engine.hasEngine(engine)) {
                return NDManager.newBaseManager(engine);
            } else if (engine == null && !Engine.getAllEngines().isEmpty()) {
                return withEngine(NDManager.newBaseManager(), head);
            }
        } catch (NoClassDefFoundError e) {
            throw missing(head, engine, "not even ai.djl:api", e);
        }
        throw missing(head, engine, "none", null);
    }

    /**
     * Returns a manager that makes arrays. Without an engine DJL has one that makes none.
     *
     * @throws MissingEngineException if it has no engine
     */
    static NDManager withEngine(NDManager manager, Head head) {
        if (manager.getEngine() == null) {
            throw missing(head, null, "none", null);
        }
        return manager;
    }

    private static MissingEngineException missing(
            Head head, @Nullable String engine, String found, @Nullable Throwable cause) {
        String wanted = engine == null ? head.engine() : engine;
        String name = (wanted == null ? Engines.PYTORCH : wanted).toLowerCase(Locale.ROOT);
        String dependency = "ai.djl." + name + ":" + name + "-engine";
        return new MissingEngineException(
                Problem.of(
                        "entry " + head.key(),
                        (engine == null ? "an engine of DJL" : "engine " + engine)
                                + " on the class path",
                        found,
                        "add " + dependency + ", or read its bytes by read(key)",
                        cause));
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        if (manager != null) {
            manager.close();
        }
    }
}
