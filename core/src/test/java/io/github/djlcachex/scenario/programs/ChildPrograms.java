package io.github.djlcachex.scenario.programs;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.MaintenanceMode;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.TestRows;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** What the tests run in JVMs of their own. Each prints what it did, line by line. */
public final class ChildPrograms {

    private ChildPrograms() {}

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void awaitGo() throws IOException {
        say("ready");
        if (System.in.read() < 0) {
            throw new IOException("the parent is gone");
        }
    }

    /** Opens, says ready, waits for a line, writes a range in small batches, flushes each. */
    public static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws IOException {
            long from = Long.parseLong(args[1]);
            long to = Long.parseLong(args[2]);
            MaintenanceMode manual = MaintenanceMode.MANUAL; // the observer counts the files
            try (FeatureCache cache = Caches.at(Path.of(args[0])).maintenance(manual).open()) {
                awaitGo();
                long stored = 0;
                for (long at = from; at < to; at += 25) {
                    stored += Caches.put(cache, TestRows.range(at, at + 25)).stored();
                    if (!cache.flush().isComplete()) {
                        throw new IllegalStateException("not all is on disk");
                    }
                }
                say("stored " + stored);
            }
        }
    }

    /** Puts and flushes for ever, and says after each flush how many keys are on disk. */
    public static final class Endless {
        private Endless() {}

        public static void main(String[] args) {
            FeatureCache cache = Caches.at(Path.of(args[0])).segmentRows(64).open();
            for (long at = Long.parseLong(args[1]); ; at += 20) {
                Caches.put(cache, TestRows.range(at, at + 20));
                if (cache.flush().isComplete()) {
                    say("flushed " + (at + 20));
                }
            }
        }
    }

    /** Puts rows and ends without flush and close. */
    public static final class Forgetful {
        private Forgetful() {}

        @SuppressWarnings("MustBeClosedChecker")
        public static void main(String[] args) {
            FeatureCache cache = Caches.at(Path.of(args[0])).open();
            say("stored " + Caches.put(cache, TestRows.range(0, 500)).stored());
        }
    }

    /** Open, miss, put, gather, flush, close, open, gather, in both read modes. */
    public static final class HotPath {
        private HotPath() {}

        public static void main(String[] args) {
            List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
            Keys keys = TestRows.range(-100, 900);
            for (ReadMode mode : List.of(ReadMode.MAPPED, ReadMode.POSITIONAL)) {
                Path directory = Path.of(args[0]).resolve(mode.name());
                try (FeatureCache cache = Caches.at(directory).readMode(mode).open()) {
                    RowBatch into = Caches.ROWS.room(cache, keys);
                    int misses = cache.gather(keys, into).missing().length;
                    Caches.putAndFlush(cache, keys);
                    Caches.assertAllRight(cache, keys);
                    say("missed " + misses);
                }
                try (FeatureCache cache = Caches.at(directory).readMode(mode).open()) {
                    Caches.assertAllRight(cache, keys);
                    say("right " + cache.stats().diskHits());
                }
            }
            say("flags " + flags);
        }
    }

    /** Rank 1 of 2, where rank 0 writes: computes rows twice, then sees what rank 0 wrote. */
    public static final class SecondRank {
        private SecondRank() {}

        public static void main(String[] args) throws IOException {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            try (FeatureCache cache = Caches.at(Path.of(args[0])).writerRank(0).open()) {
                say("writable " + cache.isWritable());
                say("declined " + Caches.put(cache, TestRows.range(0, 10)).declined());
                say("declined " + Caches.put(cache, TestRows.range(10, 20)).declined());
                say("hits " + Caches.rightHits(cache, TestRows.range(0, 20)));
                awaitGo();
                say("added " + cache.refresh());
                say("hits " + Caches.rightHits(cache, TestRows.range(0, 120)));
            }
        }
    }

    /** Opens, says ready, and holds an unfinished segment until it is killed. */
    public static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException {
            FeatureCache cache = Caches.at(Path.of(args[0])).open();
            Caches.putAndFlush(cache, TestRows.range(0, 10));
            say("writer " + cache.segments().get(0).writer());
            awaitGo();
        }
    }
}
