package io.github.djlcachex.internal.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What several stores of one directory may serve after puts, removals, replacements and clears: of
 * each key every copy that was ever put, and what is known of it.
 *
 * <p>Two stores may each have a copy of a key. A copy whose fate is open, since a process died or a
 * call failed, may be served or not; it is never called lost.
 */
final class RemovalOracle {

    /** A row that was put. */
    private static final class Copy {
        private final long version;
        private int owner;
        private boolean pending = true;
        private boolean sure;
        private boolean dead;
        private long diedAt;
        private int killer;
        private long acknowledgedAt;

        Copy(long version, int owner, boolean sure) {
            this.version = version;
            this.owner = owner;
            this.sure = sure;
        }
    }

    /** What one open store knows: it learns of others by listing the directory. */
    static final class View {
        private final int id;
        private long refreshedAt;

        View(int id, long openedAt) {
            this.id = id;
            this.refreshedAt = openedAt;
        }
    }

    private final Map<Integer, List<Copy>> copies = new HashMap<>();
    private final Set<Integer> damaged = new HashSet<>();
    private final boolean flushesOnlyWhenAsked;
    private int views;
    private long now;

    /**
     * Creates the oracle.
     *
     * @param flushesOnlyWhenAsked true if a row waits in its store until somebody flushes that
     */
    RemovalOracle(boolean flushesOnlyWhenAsked) {
        this.flushesOnlyWhenAsked = flushesOnlyWhenAsked;
    }

    View open() {
        return new View(views++, ++now);
    }

    void refreshed(View view) {
        view.refreshedAt = ++now;
    }

    void put(View view, Collection<Integer> keys, long version, boolean sure) {
        for (int key : keys) {
            copies.computeIfAbsent(key, any -> new ArrayList<>())
                    .add(new Copy(version, view.id, sure));
        }
    }

    /** A flush has reported that all is on disk. */
    void flushed(View view) {
        now++;
        all().filter(copy -> copy.pending && copy.owner == view.id)
                .forEach(
                        copy -> {
                            copy.pending = false;
                            copy.acknowledgedAt = now;
                        });
    }

    /** An operation of the storage failed: nobody knows of what the process has not written yet. */
    void unsure(View view) {
        all().filter(copy -> copy.pending && copy.owner == view.id)
                .forEach(copy -> copy.sure = false);
    }

    /** The process died: what it had not written may be on disk or not. */
    void crashed(View view) {
        all().filter(copy -> copy.pending && copy.owner == view.id)
                .forEach(
                        copy -> {
                            copy.pending = false;
                            copy.sure = false;
                            copy.owner = -1;
                        });
    }

    /**
     * The rows of keys were removed.
     *
     * @param done false if the call failed, so that nobody knows
     */
    void removed(View view, Collection<Integer> keys, boolean done) {
        now++;
        for (int key : keys) {
            for (Copy copy : copies.getOrDefault(key, List.of())) {
                if (copy.dead) {
                    continue;
                }
                if (copy.pending && copy.owner != view.id) {
                    copy.sure &= flushesOnlyWhenAsked; // it may have been written, and removed
                } else if (done) {
                    copy.dead = true;
                    copy.pending = false;
                    copy.diedAt = now;
                    copy.killer = view.id;
                } else {
                    copy.sure = false;
                }
            }
        }
    }

    /**
     * A row was damaged on disk. A store that finds the damage may miss the key for a moment, also
     * where another copy is whole.
     */
    void damaged(int key) {
        damaged.add(key);
    }

    /** All versions that were ever put for a key. */
    List<Long> versions(int key) {
        return copies.getOrDefault(key, List.of()).stream().map(copy -> copy.version).toList();
    }

    /** Tells whether a store may serve a version now. */
    boolean mayServe(View view, int key, long version) {
        return copies.getOrDefault(key, List.of()).stream()
                .anyMatch(copy -> copy.version == version && mayServe(view, copy));
    }

    /** A refresh shows a tombstone, or that the files are gone which it killed rows of. */
    private static boolean mayServe(View view, Copy copy) {
        return !copy.dead || (copy.killer != view.id && view.refreshedAt < copy.diedAt);
    }

    /** Tells whether a store that misses a key has lost its row. */
    boolean mustServe(View view, int key) {
        return !damaged.contains(key)
                && copies.getOrDefault(key, List.of()).stream()
                        .anyMatch(copy -> !copy.dead && copy.sure && knows(view, copy));
    }

    private static boolean knows(View view, Copy copy) {
        return copy.owner == view.id || (!copy.pending && view.refreshedAt > copy.acknowledgedAt);
    }

    private Stream<Copy> all() {
        return copies.values().stream().flatMap(List::stream);
    }
}
