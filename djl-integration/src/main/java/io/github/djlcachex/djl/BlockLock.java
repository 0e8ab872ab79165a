package io.github.djlcachex.djl;

import ai.djl.nn.Block;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The lock of a wrapped block. Several threads may run the block together; one may run or change it
 * alone.
 *
 * <p>All decorators of one block share its lock.
 */
final class BlockLock {

    private static final Map<Block, ReentrantReadWriteLock> LOCKS =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final ReentrantReadWriteLock lock;

    private BlockLock(ReentrantReadWriteLock lock) {
        this.lock = lock;
    }

    static BlockLock of(Block block) {
        return new BlockLock(LOCKS.computeIfAbsent(block, each -> new ReentrantReadWriteLock()));
    }

    /** Runs an action while no other thread runs or changes the block. */
    <T extends @Nullable Object> T alone(Supplier<T> action) {
        return hold(toChange(), action);
    }

    /** Returns the lock to hold while the block is changed. */
    Lock toChange() {
        return lock.writeLock();
    }

    /**
     * Runs the block.
     *
     * @param alone whether no other thread may run it meanwhile
     */
    <T extends @Nullable Object> T running(boolean alone, Supplier<T> action) {
        // a thread that upgraded its read lock would wait for itself
        boolean shared = !alone || lock.getReadHoldCount() > 0;
        return hold(shared ? lock.readLock() : lock.writeLock(), action);
    }

    private static <T extends @Nullable Object> T hold(Lock lock, Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
