package io.github.djlcachex.internal.store;

import static io.github.djlcachex.scenario.programs.WriterPrograms.say;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.scenario.programs.WriterPrograms.Checked;
import io.github.djlcachex.testing.TestRows;

import java.nio.file.Path;
import java.time.Duration;

/** Openers in JVMs of their own that may not read, or not write, all that they ask for. */
final class ReadPrograms {

    private ReadPrograms() {}

    /** Opens a directory, read-only or not, says what came of it, and gathers some rows. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] args) {
            Keys keys = TestRows.range(0, Long.parseLong(args[2]));
            boolean readOnly = Boolean.parseBoolean(args[1]);
            try (FeatureCache cache = Caches.at(Path.of(args[0])).readOnly(readOnly).open()) {
                say("opened");
                Checked checked = Checked.of(cache, keys);
                say("right " + checked.right());
                say("wrong " + checked.wrong());
                say("missing " + checked.missing());
            } catch (CacheException e) {
                say("refused " + e.getClass().getSimpleName());
            }
            say("ended");
        }
    }

    /**
     * Reads rows by positional reads, some of which fail, then puts what is missing and reads all
     * again, when only a read that fails may miss: directory, number of rows.
     */
    static final class Positional {
        private Positional() {}

        public static void main(String[] args) {
            Keys keys = TestRows.range(0, Long.parseLong(args[1]));
            try (FeatureCache cache =
                    Caches.at(Path.of(args[0]))
                            .readMode(ReadMode.POSITIONAL)
                            .memoryTierBytes(0)
                            .refreshInterval(Duration.ZERO)
                            .open()) {
                Checked first = Checked.of(cache, keys);
                say("counted " + (cache.stats().corruptRows() + unopened(cache, keys)));
                say("missing " + first.missing());
                Keys absent = keys.select(cache.missing(keys));
                Caches.put(cache, absent);
                boolean complete = cache.flush().isComplete();
                long failedBefore = cache.stats().corruptRows();
                Checked again = Checked.of(cache, keys);
                long failed = cache.stats().corruptRows() - failedBefore;
                say("lost " + (complete ? again.missing() - failed : 0));
                say("wrong " + (first.wrong() + again.wrong()));
            } catch (CacheException e) {
                say("refused " + e.getClass().getSimpleName());
            }
            say("ended");
        }

        /** Rows of files that could not be opened are not in the index. */
        private static long unopened(FeatureCache cache, Keys keys) {
            return keys.size() - cache.rowCount();
        }
    }
}
