package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.scenario.programs.Account;
import io.github.djlcachex.testing.Reliability;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * One process's use of a cache, as a training does it, with account of what was acknowledged. A row
 * counts as acknowledged when it was stored by a put and the next report is complete.
 */
public final class TrainingJob implements AutoCloseable {

    private static final int SEGMENT_ROWS = 3;

    private static final long INDEX_SNAPSHOT_ROWS = 5;

    /** Small segments, so that a batch fills more than one, and snapshots of them. */
    private static final Map<StoreOption, Object> OPTIONS =
            Map.of(
                    StoreOption.SEGMENT_ROWS,
                    (long) SEGMENT_ROWS,
                    StoreOption.INDEX_SNAPSHOT_ROWS,
                    INDEX_SNAPSHOT_ROWS,
                    StoreOption.REFRESH_INTERVAL_MS,
                    0L,
                    StoreOption.SHUTDOWN_HOOK,
                    false);

    private final Account account;
    private final Reliability line;
    private final Object context;
    private final FeatureCache cache;
    private final Runnable afterClose;
    private final List<Long> waiting = new ArrayList<>();

    private TrainingJob(
            Account account,
            Reliability line,
            Object context,
            FeatureCache cache,
            Runnable afterClose) {
        this.account = account;
        this.line = line;
        this.context = context;
        this.cache = cache;
        this.afterClose = afterClose;
    }

    /** Where jobs run, and what they are held against. */
    public record Place(
            Account account, Path directory, ReadMode readMode, Reliability line, Object context) {

        public Place in(Path other, Account itsAccount) {
            return new Place(itsAccount, other, readMode, line, context);
        }

        private Map<StoreOption, Object> options() {
            Map<StoreOption, Object> options = new HashMap<>(OPTIONS);
            options.put(StoreOption.READ_MODE, readMode);
            return options;
        }

        /** Opens a cache as a user does. */
        public TrainingJob open(Storage storage) {
            FeatureCache cache =
                    Caches.at(directory, storage)
                            .readMode(readMode)
                            .segmentRows(SEGMENT_ROWS)
                            .indexSnapshotRows(INDEX_SNAPSHOT_ROWS)
                            .refreshInterval(Duration.ZERO)
                            .shutdownHook(false)
                            .open();
            return new TrainingJob(account, line, context, cache, () -> {});
        }

        /** Opens a store that this JVM shares with no other, as another process has it. */
        public TrainingJob openSeparately(Storage storage) throws IOException {
            StorePaths paths = Caches.paths(directory);
            WriterPolicy policy = WriterPolicy.of(false, null, null, Map.of());
            WritableDirectories.prepare(paths, storage);
            Store store =
                    Store.open(paths, Caches.MODULE, "", new StoreOptions(options()), storage);
            store.becomeWritable();
            FeatureCache cache = Seams.cache(directory, paths, Caches.MODULE, policy, store);
            return new TrainingJob(account, line, context, cache, store::close);
        }
    }

    public FeatureCache cache() {
        return cache;
    }

    public Keys keys(long from, long to) {
        return account.keys(LongStream.range(from, to).boxed().toList());
    }

    /** One batch: what is not found is computed and put. */
    public void forward(long from, long to) {
        List<Long> numbers = LongStream.range(from, to).boxed().toList();
        Keys keys = account.keys(numbers);
        RowBatch into = Caches.ROWS.room(cache, keys);
        GatherResult result = cache.gather(keys, into);
        List<Integer> missing = IntStream.of(result.missing()).boxed().toList();
        for (int position = 0; position < keys.size(); position++) {
            if (!missing.contains(position)) {
                Account.judge(keys, position, into, line, context);
            }
        }
        put(missing.stream().map(numbers::get).toList());
    }

    private void put(Collection<Long> numbers) {
        Keys keys = account.keys(numbers);
        account.put(numbers);
        if (cache.put(keys, Caches.ROWS.batch(keys)).stored() == keys.size()) {
            waiting.addAll(numbers);
        }
    }

    /** Puts rows without looking for them; returns how many were there already. */
    public int putAll(long from, long to) {
        List<Long> numbers = LongStream.range(from, to).boxed().toList();
        Keys keys = account.keys(numbers);
        account.put(numbers);
        PutResult result = cache.put(keys, Caches.ROWS.batch(keys));
        if (result.declined() == 0) {
            waiting.addAll(numbers);
        }
        return result.duplicates();
    }

    public boolean flush() {
        return report(cache.flush());
    }

    private boolean report(FlushReport report) {
        if (report.isComplete()) {
            account.acknowledge(waiting);
        }
        waiting.clear();
        return report.isComplete();
    }

    /** Deletes all rows; if that fails, none of them is promised any more, either. */
    public void clear() {
        account.clear();
        waiting.clear();
        cache.clear();
    }

    /** Ends like a process that is killed: its storage must be failing already. */
    public void kill() {
        waiting.clear();
        close();
    }

    /** An epoch into an empty directory. */
    public void firstEpoch() {
        forward(0, 5);
        flush();
        forward(3, 8);
        flush();
        forward(0, 8);
    }

    /** A later run, which finds rows, adds some, and begins anew. */
    public void laterEpochs() {
        forward(0, 10);
        flush();
        clear();
        forward(4, 9);
        flush();
        forward(0, 12);
        flush();
    }

    /** Holds the cache against the account. */
    public void hold() {
        account.hold(cache, line, context);
    }

    @Override
    public void close() {
        report(cache.closeAndReport());
        afterClose.run();
    }
}
