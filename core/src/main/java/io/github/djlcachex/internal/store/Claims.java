package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Uninterruptibles;
import io.github.djlcachex.row.Keys;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;

/**
 * Claims are the missing rows of a batch that one thread computes, so that no other thread of the
 * process computes them too.
 */
public final class Claims {

    /*
     * No thread waits for another one while it holds claims, so no two wait for each other:
     *  - A thread claims the rows that no other thread has claimed, computes and stores them, and
     *    releases its claims. Only then does it wait for the rows of others.
     *  - The computation may claim rows itself, of this store or of another one. The thread holds
     *    claims by then. So it is given every row that it asks for, those that others have claimed
     *    too, and has nothing to wait for. Such a row may be computed twice, and is stored once.
     */

    /** How many unreleased claims each thread has, of all stores. */
    private static final ConcurrentMap<Thread, Integer> HOLDERS = new ConcurrentHashMap<>();

    private final ConcurrentMap<Object, Claims> held;
    private final ComputeTime computeTime;
    private final Thread owner = Thread.currentThread();
    private final List<Object> claimed = new ArrayList<>();
    private final Set<Claims> others = new HashSet<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final int[] positions;

    /**
     * Claims the missing rows of a batch.
     *
     * @param held who has claimed which rows of the store
     * @param computeTime is told when the first row is claimed and when they are released
     */
    Claims(ConcurrentMap<Object, Claims> held, ComputeTime computeTime, Keys keys, int[] missing) {
        this.held = held;
        this.computeTime = computeTime;
        boolean nested = HOLDERS.containsKey(owner);
        int[] mine = new int[missing.length];
        int count = 0;
        for (int position : missing) {
            if (claim(keys.getObject(position)) || nested) {
                mine[count++] = position;
            }
        }
        if (nested) {
            others.clear();
        }
        if (!claimed.isEmpty()) {
            HOLDERS.merge(owner, 1, Integer::sum);
            computeTime.begin();
        }
        this.positions = Arrays.copyOf(mine, count);
    }

    private boolean claim(Object key) {
        Claims holder = held.putIfAbsent(key, this);
        if (holder == null) {
            claimed.add(key);
        } else if (holder != this) {
            others.add(holder);
        }
        return holder == null || holder == this;
    }

    /** The positions of the rows to compute, ascending. */
    public int[] positions() {
        return positions;
    }

    /** Releases the claims. By now the rows are in the cache, or could not be computed. */
    public synchronized void release() {
        if (released.getCount() == 0) {
            return;
        }
        claimed.forEach(key -> held.remove(key, this));
        if (!claimed.isEmpty()) {
            HOLDERS.computeIfPresent(owner, (thread, count) -> count == 1 ? null : count - 1);
            computeTime.end();
        }
        released.countDown();
    }

    /** Releases the claims, and waits until the others have released what was claimed before. */
    public void awaitOthers() {
        release();
        if (!HOLDERS.containsKey(Thread.currentThread())) {
            others.forEach(other -> Uninterruptibles.await(other.released));
        }
    }
}
