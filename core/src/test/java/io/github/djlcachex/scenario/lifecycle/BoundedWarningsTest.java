package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.SnapshotClaimsTest;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Warnings do not grow with the number of files, or of directories. */
class BoundedWarningsTest {

    private static final int MANY = 50;

    @TempDir Path directory;

    private List<String> warnings(Class<?> program) throws Exception {
        try (ChildJvm child = ChildJvm.start(directory, program, directory)) {
            assertThat(child.awaitEnd()).isZero();
            return child.errors().lines().toList();
        }
    }

    @Test
    void open_besideManyGenerations_namesSomeAndSaysWhatToDelete() throws Exception {
        assertThat(warnings(Generations.class))
                .singleElement()
                .asString()
                .hasSizeLessThan(directory.toString().length() + 500)
                .contains("rows of 50 other fingerprint(s)", "delete", "but not g-", "47 more");
    }

    /** Opens one generation beside many. */
    static final class Generations {
        private Generations() {}

        public static void main(String[] args) throws Exception {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            Path root = Path.of(args[0]).resolve("cache");
            for (int i = 0; i < MANY; i++) {
                Files.createDirectories(
                        StorePaths.of(root, Caches.MODULE, "weights " + i).segments());
            }
            Caches.at(root).fingerprint("others").open().close();
        }
    }

    @Test
    void close_afterALostConnection_isOneWarning() throws Exception {
        assertThat(warnings(LostConnection.class))
                .singleElement()
                .asString()
                .contains("cannot close 50 file(s)", "not connected");
    }

    /** Closes many files that cannot be closed. */
    static final class LostConnection {
        private LostConnection() {}

        public static void main(String[] args) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            FaultyStorage storage = new FaultyStorage();
            try (FeatureCache cache =
                    Caches.at(Path.of(args[0]).resolve("cache"), storage)
                            .segmentRows(1)
                            .readMode(ReadMode.POSITIONAL)
                            .open()) {
                Caches.putAndFlush(cache, TestRows.range(0, MANY));
                storage.cutConnection();
            }
        }
    }

    @Test
    void put_onADiskThatIsFull_isOneWarningUntilItWorkedMeanwhile() throws Exception {
        List<String> lines = warnings(FullDisk.class);
        assertThat(lines)
                .allMatch(line -> line.contains("(java.io.IOException: No space left on device)"));
        assertThat(lines)
                .filteredOn(line -> line.contains("1 rows could not be written"))
                .hasSize(2);
        for (String derived : List.of("no index snapshot", "cannot compact")) {
            assertThat(lines)
                    .filteredOn(line -> line.contains(derived))
                    .as(derived)
                    .hasSizeLessThanOrEqualTo(2);
        }
        assertThat(lines).hasSizeLessThanOrEqualTo(6); // none of another kind
    }

    /** Writes many segments to a full disk, one to a disk with room, many to a full one again. */
    static final class FullDisk {
        private FullDisk() {}

        public static void main(String[] args) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            FaultyStorage storage = new FaultyStorage();
            try (FeatureCache cache =
                    Caches.at(Path.of(args[0]).resolve("cache"), storage)
                            .segmentRows(1)
                            .indexSnapshotRows(10)
                            .open()) {
                Caches.putAndFlush(cache, TestRows.range(0, MANY));
                for (long round = 1; round < 3; round++) {
                    storage.rule(
                            (op, file) -> {
                                if (op == FaultyStorage.Op.WRITE) {
                                    throw new IOException("No space left on device");
                                }
                            });
                    Caches.put(cache, TestRows.range(round * MANY, (round + 1) * MANY));
                    cache.flush();
                    storage.heal();
                    Caches.putAndFlush(cache, TestRows.range(-round, -round + 1));
                }
            }
        }
    }

    /** Six epochs of 600 rows over a disk for 300, P12: each row is computed once. */
    @Test
    void computeMissing_onADiskThatIsTooSmall_isOneWarningAndOneAtClose() throws Exception {
        assertThat(warnings(SmallDisk.class))
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .contains("50 rows could not be written", "No space left")
                                        .contains("stay in memory"),
                        line -> assertThat(line).contains("closed with rows that are not on disk"));
    }

    /** Trains on more rows than the disk takes. */
    static final class SmallDisk {
        private SmallDisk() {}

        public static void main(String[] args) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            FaultyStorage storage = new FaultyStorage();
            AtomicInteger files = new AtomicInteger();
            storage.rule(
                    (op, file) -> {
                        boolean segment = file.toString().endsWith(".tmp");
                        if (op == FaultyStorage.Op.CREATE && segment) {
                            files.incrementAndGet();
                        }
                        if (op == FaultyStorage.Op.WRITE && files.get() > 7) { // with the contract
                            throw new IOException("No space left on device");
                        }
                    });
            AtomicInteger computed = new AtomicInteger();
            try (FeatureCache cache =
                    Caches.at(Path.of(args[0]).resolve("cache"), storage).segmentRows(50).open()) {
                for (int epoch = 0; epoch < 6; epoch++) {
                    for (int batch = 0; batch < 600; batch += 20) {
                        cache.computeMissing(
                                TestRows.range(batch, batch + 20),
                                missing -> {
                                    computed.addAndGet(missing.size());
                                    return Caches.ROWS.batch(missing);
                                });
                    }
                    cache.flush();
                }
                if (computed.get() != 600 || cache.rowCount() != 300) {
                    throw new IllegalStateException(computed + ", stored " + cache.rowCount());
                }
            }
        }
    }

    /** A process that is not the first to write an index snapshot has nothing to complain of. */
    @Test
    void snapshot_thatAnotherWritesFirst_isNoWarning() throws Exception {
        assertThat(warnings(SecondInLine.class)).isEmpty();
        assertThat(Caches.paths(directory.resolve("cache")).snapshot()).doesNotExist();
    }

    /** Closes with an index snapshot due that another process writes. */
    static final class SecondInLine {
        private SecondInLine() {}

        public static void main(String[] args) throws Exception {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            Path root = Path.of(args[0]).resolve("cache");
            try (FeatureCache cache = Caches.at(root).indexSnapshotRows(10).open()) {
                Path index = Files.createDirectories(Caches.paths(root).index());
                Files.createFile(index.resolve(SnapshotClaimsTest.nameOfAnother()));
                Caches.putAndFlush(cache, TestRows.range(0, 20));
            }
        }
    }
}
