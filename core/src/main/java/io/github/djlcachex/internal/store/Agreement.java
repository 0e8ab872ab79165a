package io.github.djlcachex.internal.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import io.github.djlcachex.internal.io.Uninterruptibles;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The agreement on a contract at the first write.
 *
 * <p>It asks the disk, on a thread of its own, so that a filesystem that hangs holds a caller up no
 * longer than a full queue does, and once: after a wait in vain no thread waits until it has come.
 */
final class Agreement {

    private static final Logger logger = LoggerFactory.getLogger(Agreement.class);

    /** What a remote filesystem may need, however little a caller would wait for the queue. */
    private static final long MIN_WAIT_MS = 1000;

    private final String threadName;
    private final Generation generation;
    private final long waitMs;
    private final BooleanSupplier restoreDirectories;
    private final Consumer<IOException> onFailure;

    @GuardedBy("this") private @Nullable CompletableFuture<Generation.State> running;

    @GuardedBy("this") private boolean vain;

    private volatile @Nullable Thread thread;

    /**
     * Creates the agreement.
     *
     * @param waitMs how long a caller waits for it, a second at least
     * @param restoreDirectories called when the directories are gone; true if they are there again
     * @param onFailure told each failure of the disk
     */
    Agreement(
            String threadName,
            Generation generation,
            long waitMs,
            BooleanSupplier restoreDirectories,
            Consumer<IOException> onFailure) {
        this.threadName = threadName;
        this.generation = generation;
        this.waitMs = Math.max(MIN_WAIT_MS, waitMs);
        this.restoreDirectories = restoreDirectories;
        this.onFailure = onFailure;
    }

    /**
     * The agreed state for rows of this kind, or null if there is none yet and the rows must do
     * without it; the first call writes the contract.
     */
    Generation.@Nullable State agree(KeyType keyType, RowSchema schema) {
        Generation.State state = generation.agreed();
        if (state == null) {
            state = result(attempt(keyType, schema));
        }
        if (state != null) {
            state.check(generation.subject(), keyType, schema);
        }
        return state;
    }

    private CompletableFuture<Generation.State> attempt(KeyType keyType, RowSchema schema) {
        CompletableFuture<Generation.State> started;
        synchronized (this) {
            if (running != null) {
                return running;
            }
            started = new CompletableFuture<>();
            running = started;
        }
        start(() -> run(started, keyType, schema));
        return started;
    }

    private void start(Runnable body) {
        try {
            Thread started = new Thread(body, threadName);
            started.setDaemon(true);
            started.start();
            thread = started;
        } catch (OutOfMemoryError e) { // what Java throws where a process may have no more threads
            logger.debug("cannot start a thread; the contract is written without", e);
            body.run();
        }
    }

    /** One that came well is not kept: the generation has it, and may give it up later. */
    private void run(
            CompletableFuture<Generation.State> result, KeyType keyType, RowSchema schema) {
        try {
            Generation.State state = agreeOnDisk(keyType, schema);
            succeeded(result);
            result.complete(state);
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    private Generation.State agreeOnDisk(KeyType keyType, RowSchema schema) throws IOException {
        try {
            return generation.agreeOnDisk(keyType, schema);
        } catch (NoSuchFileException e) {
            if (restoreDirectories.getAsBoolean()) {
                return generation.agreeOnDisk(keyType, schema);
            }
            throw e;
        }
    }

    private synchronized void succeeded(CompletableFuture<Generation.State> attempt) {
        vain = false;
        if (running == attempt) {
            running = null;
        }
    }

    /** Returns whether this is the first wait in vain. */
    private synchronized boolean waitedInVain(CompletableFuture<Generation.State> attempt) {
        boolean first = !vain && running == attempt; // it may have come just now
        vain |= first;
        return first;
    }

    private Generation.@Nullable State result(CompletableFuture<Generation.State> attempt) {
        try {
            return Uninterruptibles.get(attempt, nextWaitMs());
        } catch (TimeoutException e) {
            if (waitedInVain(attempt)) {
                logger.warn(
                        "{} does not answer: rows are kept in memory until it does",
                        generation.subject());
            }
            return null;
        } catch (ExecutionException e) {
            forget(attempt);
            return failed(e.getCause());
        }
    }

    /** The next caller tries again; whether it waits is another question. */
    private synchronized void forget(CompletableFuture<Generation.State> attempt) {
        if (running == attempt) {
            running = null;
        }
    }

    private Generation.@Nullable State failed(@Nullable Throwable cause) {
        if (cause instanceof IOException failure) {
            onFailure.accept(failure);
            return null;
        }
        if (cause instanceof RuntimeException refusal) {
            throw refusal;
        }
        if (cause instanceof Error error) {
            throw error;
        }
        throw new IllegalStateException(cause);
    }

    private synchronized long nextWaitMs() {
        return vain ? 0 : waitMs;
    }

    /** Waits for the end of an attempt, if one is under way. */
    void join(long timeoutMs) {
        Uninterruptibles.join(thread, timeoutMs);
    }
}
