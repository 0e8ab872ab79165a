package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.testing.TestRows;

import java.nio.file.Path;

/**
 * What a child JVM does on a filesystem that forgets: opens the cache, says which of the rows that
 * were acknowledged before are lost and how many are wrong, and goes on writing until the end.
 */
final class PowerLossWriter {

    private static final int ROWS_OF_A_FLUSH = 20;

    /** How many rows behind the acknowledged ones may have survived. */
    private static final int ROWS_BEHIND = 2000;

    private PowerLossWriter() {}

    public static void main(String[] args) {
        long acknowledged = Long.parseLong(args[1]);
        FeatureCache cache =
                Caches.at(Path.of(args[0])).durability(Durability.valueOf(args[2])).open();
        Judge.Finding must = Judge.find(cache, TestRows.range(0, acknowledged));
        Judge.Finding may =
                Judge.find(cache, TestRows.range(acknowledged, acknowledged + ROWS_BEHIND));
        say("checked " + must.missing() + " " + (must.wrong() + may.wrong()));
        for (long at = acknowledged; ; at += ROWS_OF_A_FLUSH) {
            Caches.put(cache, TestRows.range(at, at + ROWS_OF_A_FLUSH));
            if (cache.flush().isComplete()) {
                say("flushed " + (at + ROWS_OF_A_FLUSH));
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
