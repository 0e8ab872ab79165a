package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.ChunkPool;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.ContractFile;
import io.github.djlcachex.internal.segment.OpenSegment;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Opening caches in tests, and holding what they return against the oracle. */
public final class Caches {

    public static final String MODULE = "digits";

    /** Set in the run of the tests whose rows have variable columns too. */
    public static final boolean VARIABLE = System.getenv("DJLCACHEX_VARIABLE_ROWS") != null;

    public static final TestRows ROWS =
            new TestRows(
                    schema(
                            Column.of("features", ElementType.FLOAT32, 16),
                            Column.of("label", ElementType.INT64)),
                    7);

    private Caches() {}

    /** Columns, and in the run of the tests with variable rows those of all kinds. */
    public static RowSchema schema(Column... fixed) {
        List<Column> columns = new ArrayList<>(List.of(fixed));
        if (VARIABLE) {
            columns.add(Column.of("tokens", ElementType.FLOAT16, Column.VARIABLE, 2));
            columns.add(Column.ofStrings("text"));
            columns.add(Column.of(ElementType.INT32, Column.VARIABLE, Column.VARIABLE));
        }
        return RowSchema.of(columns);
    }

    /** A batch with room for the rows that a store has for some keys. */
    private static RowBatch room(Store store, Keys keys) {
        return RowBatch.allocate(store.shapes(keys).orElseGet(() -> ROWS.noShapes(keys.size())));
    }

    public static FeatureCacheBuilder at(Path directory) {
        return FeatureCache.builder().directory(directory).moduleId(MODULE);
    }

    public static FeatureCacheBuilder at(Path directory, Storage storage) {
        return Seams.storage(at(directory), storage);
    }

    /** A store that this JVM shares with no other, as another process would have it. */
    public static Store separate(Path directory) throws IOException {
        return separate(directory, Map.of());
    }

    public static Store separate(Path directory, Map<StoreOption, Object> options)
            throws IOException {
        return separate(directory, options, new FileStorage());
    }

    public static Store separate(Path directory, Map<StoreOption, Object> options, Storage storage)
            throws IOException {
        StorePaths paths = StorePaths.of(directory, MODULE, "");
        WritableDirectories.prepare(paths, storage);
        return Store.open(paths, MODULE, "", new StoreOptions(options), storage);
    }

    /** Closes a store that was opened separately. */
    public static void close(Store store) {
        store.close();
    }

    /** Waits until the rows of a store are written, at most so long. */
    public static boolean flush(Store store, long timeoutMs) {
        return store.flush(timeoutMs);
    }

    public static StorePaths paths(Path directory) {
        return StorePaths.of(directory, MODULE, "");
    }

    /** An appender of an empty generation. */
    public static Appender appender(
            Path directory, SourceTable sources, FlushQueue queue, ChunkPool pool) {
        return appender(generation(directory, sources), sources, queue, pool, System::nanoTime);
    }

    /** An appender of a generation, with a clock of the test. */
    static Appender appender(
            Generation generation,
            SourceTable sources,
            FlushQueue queue,
            ChunkPool pool,
            LongSupplier nanoClock) {
        StoreOptions options = new StoreOptions(Map.of());
        IndexUpdater rows = new IndexUpdater(generation, sources);
        return new Appender(options, rows, sources, queue, pool, nanoClock);
    }

    /** An empty generation. */
    static Generation generation(Path directory, SourceTable sources) {
        StorePaths paths = paths(directory);
        ContractFile contract =
                new ContractFile(new FileStorage(), paths.generation(), WriterId.draw());
        return new Generation(paths, MODULE, "", contract, sources, 0);
    }

    /** A segment with the row of key 1. */
    public static OpenSegment segmentOfOneRow(ChunkPool pool) {
        Contract contract = new Contract(MODULE, "", KeyType.INT64, ROWS.schema(), 0);
        OpenSegment segment = new OpenSegment(contract, 1 << 20, 1000, 0, pool);
        segment.append(Keys.of(1), ROWS.batch(Keys.of(1)), 0, 0);
        return segment;
    }

    /** Writes rows, and returns the file of the last ones. */
    public static Path writeOneSegment(Path directory, Keys keys) {
        try (FeatureCache cache = at(directory).open()) {
            putAndFlush(cache, keys);
            return cache.segments().get(cache.segments().size() - 1).file();
        }
    }

    /** Spoils the bytes of a key's row in a file, in place. */
    public static void spoilRow(Path segment, long key) throws IOException {
        spoilRow(segment, Keys.of(key));
    }

    public static void spoilRow(Path segment, Keys key) throws IOException {
        byte[] row = new byte[64];
        ROWS.batch(key).buffer(0).get(0, row);
        int offset = TestFiles.indexOf(Files.readAllBytes(segment), row);
        assertThat(offset).isPositive();
        TestFiles.overwrite(segment, offset + 9, new byte[] {(byte) ~row[9]});
    }

    public static PutResult put(FeatureCache cache, Keys keys) {
        return cache.put(keys, ROWS.batch(keys));
    }

    public static PutResult put(Store store, Keys keys) {
        return Seams.put(store.put(keys, ROWS.batch(keys)));
    }

    public static FlushReport putAndFlush(FeatureCache cache, Keys keys) {
        assertThat(put(cache, keys)).isEqualTo(Seams.put(keys.size(), 0, 0));
        FlushReport report = cache.flush();
        assertThat(report.isComplete()).isTrue();
        return report;
    }

    public static void assertAllRight(FeatureCache cache, Keys keys) {
        RowBatch into = ROWS.room(cache, keys);
        assertThat(cache.gather(keys, into).missing()).isEmpty();
        assertRight(keys, into, IntStream.range(0, keys.size()).toArray());
    }

    public static void assertAllRight(Store store, Keys keys) {
        RowBatch into = room(store, keys);
        assertThat(store.gather(keys, into)).isEmpty();
        assertRight(keys, into, IntStream.range(0, keys.size()).toArray());
    }

    /** Gathers, checks that what was found is right, and returns how much that was. */
    public static int rightHits(FeatureCache cache, Keys keys) {
        RowBatch into = ROWS.room(cache, keys);
        return rightHits(keys, into, cache.gather(keys, into).missing());
    }

    public static int rightHits(Store store, Keys keys) {
        RowBatch into = room(store, keys);
        return rightHits(keys, into, store.gather(keys, into));
    }

    private static int rightHits(Keys keys, RowBatch into, int[] missing) {
        boolean[] missed = new boolean[keys.size()];
        for (int position : missing) {
            missed[position] = true;
        }
        int[] found = IntStream.range(0, keys.size()).filter(i -> !missed[i]).toArray();
        assertThat(found.length + missing.length).isEqualTo(keys.size());
        assertRight(keys, into, found);
        return found.length;
    }

    private static void assertRight(Keys keys, RowBatch into, int[] positions) {
        for (int position : positions) {
            assertThat(ROWS.isRight(keys, position, into))
                    .as("row of key %s", keys.getObject(position))
                    .isTrue();
        }
    }
}
