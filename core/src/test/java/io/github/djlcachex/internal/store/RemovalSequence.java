package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.store.RemovalPlan.Action;
import io.github.djlcachex.internal.store.RemovalPlan.Setup;
import io.github.djlcachex.internal.store.RemovalPlan.Step;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.Arbitraries;
import io.github.djlcachex.testing.Await;
import io.github.djlcachex.testing.FailAtOperation;
import io.github.djlcachex.testing.FailAtOperation.Mode;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.ForgettingStorage;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Steps of several stores on one directory, each judged by the {@link RemovalOracle}. */
final class RemovalSequence implements AutoCloseable {

    /** Few, so that puts and removals of one key meet. */
    static final int KEYS = 8;

    private static final Path CACHE = Path.of("/power/cache");

    /** One open store. */
    private final class Opener {
        private final FaultyStorage storage = new FaultyStorage(disk);
        private final RemovalOracle.View view = oracle.open();
        private final Store store;
        private final FeatureCache cache;
        private boolean faulty;

        Opener(int number) throws IOException {
            StorePaths paths = Caches.paths(CACHE);
            WritableDirectories.prepare(paths, storage);
            store =
                    Store.open(
                            paths,
                            Caches.MODULE,
                            "",
                            new StoreOptions(setup.options(number)),
                            storage);
            store.becomeWritable();
            WriterPolicy policy = WriterPolicy.of(false, null, null, Map.of());
            cache = Seams.cache(CACHE, paths, Caches.MODULE, policy, store);
        }

        /** Kills the process: whatever it still wants to do fails. */
        void die() {
            storage.rule(new FailAtOperation(1, Mode.FOR_EVER));
            cache.closeAndReport();
            Caches.close(store);
            oracle.crashed(view);
        }
    }

    private final Setup setup;
    private final RemovalOracle oracle;
    private final Opener[] processes;
    private ForgettingStorage disk = new ForgettingStorage(CACHE.getParent());
    private SplittableRandom random = new SplittableRandom(0);
    private boolean damaged;
    private boolean faults;

    RemovalSequence(Setup setup) throws IOException {
        this.setup = setup;
        this.oracle = new RemovalOracle(setup.flushesOnlyWhenAsked());
        this.processes = new Opener[setup.stores()];
        for (int i = 0; i < processes.length; i++) {
            processes[i] = new Opener(i);
        }
    }

    /** Takes a step, and tells whether an operation failed in it. */
    boolean run(Step step) throws IOException {
        random = new SplittableRandom(step.seed());
        int number = step.store() % processes.length;
        Opener process = processes[number];
        FailAtOperation fault =
                new FailAtOperation(step.failsAt(), step.dies() ? Mode.FOR_EVER : Mode.ONCE);
        if (step.failsAt() > 0) {
            process.faulty = true;
            process.storage.rule(fault);
        }
        run(step.action(), process, number);
        if (process.faulty && (step.dies() || step.action() == Action.CRASH)) {
            process.die();
            processes[number] = new Opener(number);
        } else if (process.faulty) {
            process.storage.heal();
            process.faulty = false;
            oracle.unsure(process.view);
            faults = true;
        }
        return fault.happened();
    }

    private void run(Action action, Opener process, int number) throws IOException {
        switch (action) {
            case PUT -> put(process);
            case FLUSH -> flushed(process, process.cache.flush());
            case REFRESH -> refresh(process);
            case CHECK -> check(process);
            case REMOVE -> remove(process);
            case REPLACE -> replace(process);
            case CLEAR -> clear(process);
            case REPAIR -> attempt(process, process.cache::repair);
            case COMPACT -> compact(process);
            case DAMAGE -> damage();
            case REOPEN -> reopen(process, number);
            case CRASH -> process.faulty = true;
            case POWER_LOSS -> losePower();
        }
    }

    private List<Integer> someKeys() {
        return random.ints(1 + random.nextInt(5), 0, KEYS).boxed().toList();
    }

    private Keys pooled(List<Integer> numbers) {
        return Arbitraries.pooled(setup.keyType(), numbers);
    }

    private static TestRows rows(long version) {
        return new TestRows(Caches.ROWS.schema(), version);
    }

    private void put(Opener process) {
        List<Integer> numbers = someKeys();
        long version = random.nextLong();
        Keys keys = pooled(numbers);
        Set<Integer> fresh = new HashSet<>();
        for (int position : process.store.missing(keys)) {
            fresh.add(numbers.get(position));
        }
        int stored = process.cache.put(keys, rows(version).batch(keys)).stored();
        Set<Integer> distinct = new HashSet<>(numbers);
        boolean all = stored == fresh.size();
        if (!process.faulty && !damaged && !faults) { // else the answer may change in between
            assertThat(all).as("%s stored of %s", stored, fresh).isTrue();
        }
        boolean sure = !process.faulty && (faults ? stored == distinct.size() : all);
        oracle.put(process.view, sure && !faults ? fresh : distinct, version, sure);
    }

    private void flushed(Opener process, FlushReport report) {
        if (!process.faulty) {
            assertThat(report.isComplete()).as(report.toString()).isTrue();
        }
        if (report.isComplete()) {
            oracle.flushed(process.view);
        }
    }

    private void refresh(Opener process) {
        if (attempt(process, process.cache::refresh)) {
            oracle.refreshed(process.view);
        }
    }

    private void remove(Opener process) {
        List<Integer> numbers = someKeys();
        Keys keys = pooled(numbers);
        boolean done = attempt(process, () -> process.cache.remove(keys));
        removed(process, numbers, done);
    }

    /** What the process had accepted is written first. */
    private void removed(Opener process, Collection<Integer> numbers, boolean done) {
        if (!process.faulty) {
            oracle.flushed(process.view);
        }
        oracle.removed(process.view, numbers, done);
    }

    private void replace(Opener process) {
        Set<Integer> numbers = new HashSet<>(someKeys());
        Keys keys = pooled(List.copyOf(numbers));
        long version = random.nextLong();
        int[] stored = {0};
        boolean done =
                attempt(
                        process,
                        () ->
                                stored[0] =
                                        process.cache
                                                .replace(keys, rows(version).batch(keys))
                                                .stored());
        removed(process, numbers, done);
        if (!process.faulty) {
            assertThat(stored[0]).as("replaced of %s", numbers).isEqualTo(numbers.size());
        }
        oracle.put(process.view, numbers, version, !process.faulty);
    }

    private void clear(Opener process) {
        boolean done = attempt(process, process.cache::clear);
        List<Integer> all = IntStream.range(0, KEYS).boxed().toList();
        removed(process, all, done);
    }

    /**
     * A file that could not be read rests for a moment: a compaction refuses until that is over.
     */
    private void compact(Opener process) {
        Await.until("files rest no more", () -> compacts(process));
    }

    private boolean compacts(Opener process) {
        try {
            attempt(process, process.cache::compact);
            return true;
        } catch (CacheIoException e) {
            if (!faults) {
                throw e;
            }
            return false;
        }
    }

    /** Runs a call that may fail if an operation does; returns whether it did not. */
    private static boolean attempt(Opener process, Runnable call) {
        try {
            call.run();
            return true;
        } catch (CacheIoException e) {
            if (!process.faulty) {
                throw e;
            }
            return false;
        }
    }

    private void reopen(Opener process, int number) throws IOException {
        flushed(process, process.cache.closeAndReport());
        Caches.close(process.store);
        if (process.faulty) {
            oracle.crashed(process.view); // what it could not write is gone
            process.faulty = false;
        }
        processes[number] = new Opener(number);
    }

    /** All processes die, and the disk forgets what was not forced. */
    private void losePower() throws IOException {
        disk.powerOff();
        for (Opener process : processes) {
            process.die();
            process.faulty = false;
        }
        disk = disk.powerLoss(random);
        for (int i = 0; i < processes.length; i++) {
            processes[i] = new Opener(i);
        }
    }

    /** Flips a bit of a row in a file; the file's mappings show it too. */
    private void damage() throws IOException {
        Path segments = Caches.paths(CACHE).segments();
        List<String> files =
                disk.list(segments).stream().filter(name -> name.endsWith(".arrow")).toList();
        if (files.isEmpty()) {
            return;
        }
        Path path = segments.resolve(files.get(random.nextInt(files.size())));
        SegmentFile.Opened opened = SegmentFile.open(disk, path, Verifier.nameOf(path), false);
        opened.file().close();
        int row = random.nextInt(opened.keys().size());
        Keys key = opened.keys().select(new int[] {row});
        int number = numberOf(key);
        byte[] bytes = disk.bytes(path);
        for (long version : oracle.versions(number)) {
            byte[] features = new byte[64];
            rows(version).batch(key).buffer(0).get(0, features);
            int at = TestFiles.indexOf(bytes, features);
            if (at >= 0) {
                bytes[at + random.nextInt(features.length)] ^= (byte) (1 << random.nextInt(8));
                oracle.damaged(number);
                damaged = true;
            }
        }
    }

    private int numberOf(Keys key) {
        return IntStream.range(0, KEYS)
                .filter(i -> pooled(List.of(i)).getObject(0).equals(key.getObject(0)))
                .findFirst()
                .orElseThrow();
    }

    /** Holds all that a store answers against the oracle. */
    private void check(Opener process) throws IOException {
        int refreshes = random.nextInt(2);
        for (int i = 0; i < refreshes; i++) {
            refresh(process);
        }
        if (!process.faulty) {
            judge(process, refreshes > 0);
        }
    }

    private void judge(Opener process, boolean knowsAll) throws IOException {
        List<Integer> pool = IntStream.range(0, KEYS).boxed().toList();
        Keys keys = pooled(pool);
        if (process.cache.schema().isEmpty()) {
            pool.forEach(number -> assertMayMiss(process, number));
            return;
        }
        RowBatch into = Caches.ROWS.room(process.cache, keys);
        int[] missing = process.cache.gather(keys, into).missing();
        Set<Object> found = new HashSet<>();
        for (int number : pool) {
            if (IntStream.of(missing).anyMatch(position -> position == number)) {
                assertMayMiss(process, number);
            } else {
                assertMayServe(process, keys, number, into);
                found.add(keys.getObject(number));
            }
        }
        if (knowsAll && !damaged && !faults) {
            assertThat(process.store.missing(keys)).isEqualTo(missing);
            assertThat(listed(process)).isEqualTo(found);
            assertThat(process.cache.rowCount()).as("rowCount").isEqualTo(found.size());
        }
    }

    private static Set<Object> listed(Opener process) throws IOException {
        Keys keys = process.store.keys();
        List<Object> listed = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            listed.add(keys.getObject(i));
        }
        assertThat(listed).doesNotHaveDuplicates();
        return new HashSet<>(listed);
    }

    private void assertMayMiss(Opener process, int number) {
        assertThat(oracle.mustServe(process.view, number)).as("row %s is LOST", number).isFalse();
    }

    private void assertMayServe(Opener process, Keys keys, int number, RowBatch found) {
        for (long version : oracle.versions(number)) {
            if (rows(version).isRight(keys, number, found)) {
                assertThat(oracle.mayServe(process.view, number, version))
                        .as("row %s was REMOVED", number)
                        .isTrue();
                return;
            }
        }
        throw new AssertionError("row " + number + " is WRONG");
    }

    /** Has every store learn all, and then a last one that reads what is on disk. */
    void end() throws IOException {
        for (Opener process : processes) {
            refresh(process);
            judge(process, true);
        }
        for (int i = 0; i < processes.length; i++) {
            reopen(processes[i], i);
            judge(processes[i], true);
        }
    }

    @Override
    public void close() {
        for (Opener process : processes) {
            process.die();
        }
    }
}
