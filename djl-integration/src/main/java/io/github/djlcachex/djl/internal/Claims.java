package io.github.djlcachex.djl.internal;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;

/**
 * The missing rows of a batch that one thread computes, so that no other thread of the process
 * computes them too.
 *
 * <p>A thread claims the rows that no other thread has claimed, computes and stores them, and
 * releases its claims. Only then does it wait for the rows of others, so no two threads wait for
 * each other.
 */
public final class Claims implements AutoCloseable {

    private static final ConcurrentMap<Claim, Claims> HELD = new ConcurrentHashMap<>();

    private final List<Claim> claims = new ArrayList<>();
    private final Set<Claims> others = new HashSet<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final int[] positions;

    /**
     * A row that a thread computes.
     *
     * @param generation the directory of its generation
     * @param key its key
     */
    private record Claim(Path generation, Object key) {}

    private Claims(Path generation, Keys keys, int[] missing) {
        int[] mine = new int[missing.length];
        int count = 0;
        for (int position : missing) {
            if (claim(new Claim(generation, keys.getObject(position)))) {
                mine[count++] = position;
            }
        }
        this.positions = Arrays.copyOf(mine, count);
    }

    /** Claims the rows that no other thread has claimed. */
    public static Claims of(FeatureCache cache, Keys keys, int[] missing) {
        return new Claims(cache.directory(), keys, missing);
    }

    private boolean claim(Claim claim) {
        Claims holder = HELD.putIfAbsent(claim, this);
        if (holder == null) {
            claims.add(claim);
        } else if (holder != this) {
            others.add(holder);
        }
        return holder == null || holder == this;
    }

    /** Returns the positions of the claimed rows, ascending. */
    public int[] positions() {
        return positions;
    }

    /** Releases the claims. By now the rows are in the cache, or could not be computed. */
    @Override
    public void close() {
        claims.forEach(claim -> HELD.remove(claim, this));
        released.countDown();
    }

    /** Waits until the other threads have released what this one found claimed. */
    public void awaitOthers() {
        boolean interrupted = false;
        for (Claims other : others) {
            interrupted |= other.awaitRelease();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits for the release, and returns whether the thread was interrupted, which ends no wait.
     */
    private boolean awaitRelease() {
        boolean interrupted = false;
        while (true) {
            try {
                released.await();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
