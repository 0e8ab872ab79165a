package io.github.djlcachex.scenario.programs;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.ExpectedRows;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Opening hostile directories in a JVM with a small heap. */
public final class HostilePrograms {

    /** The rows of the good segment that lies beside a hostile file. */
    public static final int GOOD_ROWS = 50;

    /** Its time is not that of the machine's other programs. */
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private HostilePrograms() {}

    public static Keys goodKeys(KeyType type) {
        return ExpectedRows.keys(type, 0, GOOD_ROWS);
    }

    /**
     * Argument: a directory of cache directories, each named by its key type and a number. Opens
     * each for reading, then for writing, and prints for both what came of it and how long it took.
     */
    public static final class Opener {
        private Opener() {}

        public static void main(String[] args) throws IOException {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
            List<Path> directories;
            try (Stream<Path> listed = Files.list(Path.of(args[0]))) {
                directories = listed.sorted().toList();
            }
            open(directories.get(0), true); // so that no time is that of loading classes
            for (Path directory : directories) {
                for (boolean readOnly : new boolean[] {true, false}) {
                    long start = CPU.getCurrentThreadCpuTime();
                    String outcome = open(directory, readOnly);
                    long ms = (CPU.getCurrentThreadCpuTime() - start) / 1_000_000;
                    System.out.println(
                            "case " + directory.getFileName() + " ms=" + ms + " " + outcome);
                }
            }
            System.out.println("end");
        }

        private static String open(Path directory, boolean readOnly) {
            KeyType type =
                    KeyType.valueOf(directory.getFileName().toString().replaceAll("-.*", ""));
            try (FeatureCache cache = Caches.at(directory).readOnly(readOnly).open()) {
                if (cache.schema().isEmpty()) {
                    return "outcome=empty";
                }
                Keys keys = goodKeys(type);
                RowBatch into = Caches.ROWS.room(cache, keys);
                GatherResult result = cache.gather(keys, into);
                int wrong = new ExpectedRows(Caches.ROWS, keys).wrong(into, result.missing());
                return String.format(
                        Locale.ROOT,
                        "outcome=open hits=%d wrong=%d skipped=%d",
                        result.hits(),
                        wrong,
                        cache.stats().skippedSegments());
            } catch (CacheException typed) {
                return "outcome=typed";
            } catch (Throwable untyped) {
                untyped.printStackTrace();
                return "outcome=untyped " + untyped;
            }
        }
    }
}
