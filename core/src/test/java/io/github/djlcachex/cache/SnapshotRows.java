package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.TestRows;

import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** All rows of a snapshot, read and copied, by key. */
final class SnapshotRows {

    /** A row in a batch of its own. */
    private record Row(Keys key, RowBatch batch, int checksum) {}

    private final Map<Object, Row> rows = new TreeMap<>();
    private long damaged;

    private SnapshotRows() {}

    static SnapshotRows of(CacheSnapshot snapshot) {
        SnapshotRows all = new SnapshotRows();
        snapshot.parts().forEach(part -> all.read(part.open()));
        assertThat(all.rows.size() + all.damaged).isEqualTo(snapshot.rows());
        return all;
    }

    static SnapshotRows of(SnapshotPart part) {
        SnapshotRows all = new SnapshotRows();
        all.read(part.open());
        return all;
    }

    static SnapshotRows stored(CacheSnapshot snapshot) {
        SnapshotRows all = new SnapshotRows();
        snapshot.parts().forEach(part -> all.read(part.openStored()));
        return all;
    }

    private void read(SnapshotReader reader) {
        try (reader) {
            while (reader.next()) {
                RowBatch batch = reader.rows();
                Keys keys = reader.keys();
                assertThat(batch.rows()).isEqualTo(keys.size()).isPositive();
                for (int i = 0; i < keys.size(); i++) {
                    Row row =
                            new Row(
                                    keys.select(new int[] {i}),
                                    batch.select(i),
                                    reader.checksum(i));
                    assertThat(rows.put(keys.getObject(i), row)).as("each key once").isNull();
                }
            }
            damaged += reader.damagedRows();
        }
    }

    long damaged() {
        return damaged;
    }

    Set<Object> keys() {
        return rows.keySet();
    }

    RowBatch row(Object key) {
        return Objects.requireNonNull(rows.get(key)).batch;
    }

    int checksum(Object key) {
        return Objects.requireNonNull(rows.get(key)).checksum;
    }

    SnapshotRows select(Keys keys) {
        SnapshotRows some = new SnapshotRows();
        for (int i = 0; i < keys.size(); i++) {
            Object key = keys.getObject(i);
            some.rows.put(key, Objects.requireNonNull(rows.get(key)));
        }
        return some;
    }

    void assertRight(TestRows expected) {
        rows.forEach(
                (key, row) ->
                        assertThat(expected.isRight(row.key, 0, row.batch))
                                .as("row of %s", key)
                                .isTrue());
    }

    /** These are the rows of some keys, and what the cache gives for them. */
    void assertEqual(FeatureCache cache, Keys expected) {
        assertThat(rows.keySet()).containsExactlyInAnyOrderElementsOf(objects(expected));
        assertEqual(cache);
    }

    /** These are what the cache gives for their keys. */
    void assertEqual(FeatureCache cache) {
        rows.forEach(
                (key, row) -> {
                    RowBatch found = RowBatch.allocate(cache.shapes(row.key).orElseThrow());
                    assertThat(cache.gather(row.key, found).isComplete()).isTrue();
                    assertThat(row.batch.schema()).isEqualTo(found.schema());
                    assertThat(row.batch.shapes().sameRow(0, found.shapes(), 0)).isTrue();
                    for (int c = 0; c < found.schema().columns().size(); c++) {
                        assertThat(row.batch.buffer(c))
                                .as("column %d of %s", c, key)
                                .isEqualTo(found.buffer(c));
                    }
                });
    }

    private static Set<Object> objects(Keys keys) {
        Set<Object> objects = new HashSet<>();
        for (int i = 0; i < keys.size(); i++) {
            objects.add(keys.getObject(i));
        }
        return objects;
    }
}
