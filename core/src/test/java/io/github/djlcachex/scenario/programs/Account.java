package io.github.djlcachex.scenario.programs;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Reliability;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which rows of a directory were put and which were acknowledged; any cache is held against it. A
 * thread of a cache may run another writer while the test goes on.
 */
public final class Account {

    private final KeyType keyType;
    private final Set<Long> put = new TreeSet<>();
    private final Set<Long> acknowledged = new TreeSet<>();
    private final Set<Long> damaged = new TreeSet<>();

    public Account(KeyType keyType) {
        this.keyType = keyType;
    }

    public synchronized Account copy() {
        Account copy = new Account(keyType);
        copy.put.addAll(put);
        copy.acknowledged.addAll(acknowledged);
        copy.damaged.addAll(damaged);
        return copy;
    }

    public synchronized void put(Collection<Long> numbers) {
        put.addAll(numbers);
    }

    public synchronized void acknowledge(Collection<Long> numbers) {
        acknowledged.addAll(numbers);
    }

    /** From now on no row need be there. */
    public synchronized void clear() {
        acknowledged.clear();
    }

    /**
     * A copy of this row was damaged on purpose. It may be a miss, also once there is another one:
     * that is looked for after the damage was seen.
     */
    public synchronized void damage(long number) {
        damaged.add(number);
    }

    public Keys keys(Collection<Long> numbers) {
        return switch (keyType) {
            case INT64 -> Keys.of(numbers.stream().mapToLong(Long::longValue).toArray());
            case UTF8 -> Keys.ofStrings(numbers.stream().map(number -> "train/" + number).toList());
        };
    }

    /** Counts acknowledged rows that a cache does not have, and rows that it has wrong. */
    public synchronized void hold(FeatureCache cache, Reliability line, Object context) {
        Keys keys = keys(put);
        RowBatch into = Caches.ROWS.room(cache, keys);
        Set<Integer> missing = new TreeSet<>();
        IntStream.of(cache.gather(keys, into).missing()).forEach(missing::add);
        int position = 0;
        for (long number : put) {
            if (!missing.contains(position)) {
                judge(keys, position, into, line, context);
            } else if (acknowledged.contains(number) && !damaged.contains(number)) {
                System.err.println("LOST: row " + number + ": " + context);
                line.lost(1);
            }
            position++;
        }
    }

    /** Counts a row that was found, if it is wrong. */
    public static void judge(
            Keys keys, int position, RowBatch found, Reliability line, Object context) {
        if (!Caches.ROWS.isRight(keys, position, found)) {
            System.err.println("WRONG: row " + keys.getObject(position) + ": " + context);
            line.wrong(1);
        }
    }
}
