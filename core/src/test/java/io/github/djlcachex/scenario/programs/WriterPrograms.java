package io.github.djlcachex.scenario.programs;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.WriteMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.TestRows;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Writers in JVMs of their own that are killed or stopped while they write, and how their rows are
 * checked. Each writes ascending keys, and says after each complete flush up to which.
 */
public final class WriterPrograms {

    private WriterPrograms() {}

    public static void say(String line) {
        System.out.print(line + "\n");
        System.out.flush();
    }

    /** The keys of a range, of either type. */
    public static Keys keys(KeyType type, long from, long to) {
        return type == KeyType.INT64
                ? TestRows.range(from, to)
                : Keys.of(
                        LongStream.range(from, to)
                                .mapToObj(WriterPrograms::stringKey)
                                .toArray(String[]::new));
    }

    private static String stringKey(long number) {
        return "image/" + number + (number % 3 == 0 ? "-\u00e9\u4e2d" : "");
    }

    /** A cache whose key type has a generation of its own. */
    public static FeatureCacheBuilder at(Path directory, KeyType type) {
        return Caches.at(directory).fingerprint(type.name());
    }

    /** The directories of the generation of {@link #at}. */
    public static StorePaths pathsOf(Path directory, KeyType type) {
        return StorePaths.of(directory, Caches.MODULE, type.name());
    }

    /** What a gather found: right rows, wrong rows and missing ones. */
    public record Checked(int right, int wrong, int missing) {

        public static Checked of(FeatureCache cache, Keys keys) {
            RowBatch into = Caches.ROWS.room(cache, keys);
            int[] missing = cache.gather(keys, into).missing();
            boolean[] missed = new boolean[keys.size()];
            for (int position : missing) {
                missed[position] = true;
            }
            int wrong =
                    (int)
                            IntStream.range(0, keys.size())
                                    .filter(i -> !missed[i] && !Caches.ROWS.isRight(keys, i, into))
                                    .count();
            return new Checked(keys.size() - missing.length - wrong, wrong, missing.length);
        }
    }

    /** Options that follow from a number, so that every combination comes by turns. */
    public static FeatureCacheBuilder varied(FeatureCacheBuilder builder, Random choice) {
        return builder.memoryTierBytes(choice.nextBoolean() ? 0 : 64 << 10)
                .segmentRows(1 + choice.nextInt(60))
                .segmentBytes(4096L << choice.nextInt(6))
                .writeMode(choice.nextBoolean() ? WriteMode.BACKGROUND : WriteMode.SYNCHRONOUS)
                .readMode(choice.nextBoolean() ? ReadMode.MAPPED : ReadMode.POSITIONAL)
                .durability(choice.nextBoolean() ? Durability.FSYNC : Durability.OS)
                .flushDelay(Duration.ofMillis(1 + choice.nextInt(50)))
                .refreshInterval(Duration.ofMillis(choice.nextInt(3) * 20L));
    }

    /**
     * Writes for ever, with options by turns: directory, key type, first key, number of the turn.
     */
    public static final class Varied {
        private Varied() {}

        public static void main(String[] args) {
            KeyType type = KeyType.valueOf(args[1]);
            Random choice = new Random(Long.parseLong(args[3]));
            FeatureCache cache = varied(at(Path.of(args[0]), type), choice).open();
            say("ready");
            long at = Long.parseLong(args[2]);
            while (true) {
                int puts = 1 + choice.nextInt(3);
                boolean all = true;
                for (int i = 0; i < puts; i++) {
                    long to = at + 1 + choice.nextInt(80);
                    Keys keys = keys(type, at, to);
                    all &= cache.put(keys, Caches.ROWS.batch(keys)).declined() == 0;
                    at = to;
                }
                if (!cache.flush().isComplete() || !all) {
                    say("failed at " + at);
                    return;
                }
                say("flushed " + at);
                checkSome(cache, type, at, choice);
            }
        }

        private static void checkSome(FeatureCache cache, KeyType type, long at, Random choice) {
            long from = choice.nextLong(at);
            Checked seen = Checked.of(cache, keys(type, from, Math.min(at, from + 20)));
            if (seen.wrong() + seen.missing() > 0) {
                say("bad " + seen.wrong() + " wrong, missing " + seen.missing());
            }
        }
    }

    /**
     * A writer of rank 0 until it is told to end: directory, first key, rows a flush. Its segments
     * are large enough that it is often found writing one.
     */
    public static final class Rank0 {
        private Rank0() {}

        public static void main(String[] args) throws IOException {
            int rows = Integer.parseInt(args[2]);
            MaintenanceMode manual = MaintenanceMode.MANUAL; // the parent looks for lost files
            try (FeatureCache cache =
                    Caches.at(Path.of(args[0]))
                            .writerRank(0)
                            .rank(0, 2)
                            .maintenance(manual)
                            .open()) {
                say("ready");
                for (long at = Long.parseLong(args[1]); System.in.available() == 0; at += rows) {
                    Caches.put(cache, TestRows.range(at, at + rows));
                    if (!cache.flush().isComplete()) {
                        throw new IllegalStateException("not all is on disk");
                    }
                    say("flushed " + (at + rows));
                }
            }
            say("ended");
        }
    }
}
