package io.github.djlcachex.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

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
            boolean isThere =
                    engine == null ? !Engine.getAllEngines().isEmpty() : Engine.hasEngine(engine);
            if (isThere) {
                return engine == null
                        ? NDManager.newBaseManager()
                        : NDManager.newBaseManager(engine);
            }
        } catch (NoClassDefFoundError e) {
            throw missing(head, "ai.djl:api", e);
        }
        throw missing(head, null, null);
    }

    private MissingEngineException missing(
            Head head, @Nullable String without, @Nullable Throwable cause) {
        String wanted = engine == null ? head.engine() : engine;
        String name = (wanted == null ? "PyTorch" : wanted).toLowerCase(Locale.ROOT);
        String dependency = "ai.djl." + name + ":" + name + "-engine";
        return new MissingEngineException(
                Problem.of(
                        "entry " + head.key(),
                        engine == null ? "an engine of DJL on the class path" : "engine " + engine,
                        without == null ? "none" : "not even " + without,
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
