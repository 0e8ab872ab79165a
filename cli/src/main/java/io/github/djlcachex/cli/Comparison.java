package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A Comparison of two caches, by key and checksum. Rows whose checksums differ are decoded if there
 * is a tolerance. It holds the keys of a part of the rows in memory, some hundred MB at most.
 */
final class Comparison {

    /** Gets what each id is. */
    interface Output {
        void id(Keys keys, int position, Difference difference) throws IOException;
    }

    static final int KEYS_AT_ONCE = 500_000;

    private static final int BATCH = 256;

    private final FeatureCache a;
    private final FeatureCache b;
    private final KeyType type;
    private final boolean byChecksum;
    private final OptionalDouble tolerance;
    private final Map<Difference, Long> totals = new EnumMap<>(Difference.class);
    private long damagedRows;

    Comparison(FeatureCache a, FeatureCache b, OptionalDouble tolerance) {
        this.a = a;
        this.b = b;
        this.tolerance = tolerance;
        this.type = a.keyType().or(b::keyType).orElse(KeyType.UTF8);
        boolean sameKeys = b.keyType().isEmpty() || b.keyType().get() == type;
        this.byChecksum = a.snapshot().storedSchema().equals(b.snapshot().storedSchema());
        boolean empty = a.schema().isEmpty() || b.schema().isEmpty();
        if (!sameKeys) {
            throw new CommandFailure(
                    ExitCode.PROBLEMS,
                    "one has integer ids and the other strings: nothing is same");
        }
        if (!byChecksum && !empty && tolerance.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.PROBLEMS,
                    "the rows are stored with other columns or types, so that no checksum is the"
                            + " same: give --tolerance");
        }
    }

    /** Compares all ids; those of A come in the order of its files if there are not too many. */
    void run(int keysAtOnce, Output output) throws IOException {
        CacheSnapshot first = a.snapshot();
        CacheSnapshot second = b.snapshot();
        int partitions = Math.toIntExact(Math.max(first.rows(), second.rows()) / keysAtOnce + 1);
        try (KeySpill ofA = new KeySpill(first, type, partitions);
                KeySpill ofB = new KeySpill(second, type, partitions)) {
            damagedRows = ofA.damagedRows() + ofB.damagedRows();
            for (int partition = 0; partition < partitions; partition++) {
                compare(ofA.read(partition), ofB.read(partition), output);
            }
        }
    }

    private void compare(Map<Object, Integer> ofA, Map<Object, Integer> ofB, Output output)
            throws IOException {
        List<Object> undecided = new ArrayList<>();
        for (Map.Entry<Object, Integer> row : ofA.entrySet()) {
            Integer other = ofB.remove(row.getKey());
            if (other == null) {
                tell(row.getKey(), Difference.ONLY_IN_A, output);
            } else if (byChecksum && other.equals(row.getValue())) {
                tell(row.getKey(), Difference.SAME, output);
            } else if (tolerance.isEmpty()) {
                tell(row.getKey(), Difference.DIFFERS, output);
            } else {
                undecided.add(row.getKey());
            }
        }
        for (int from = 0; from < undecided.size(); from += BATCH) {
            decide(undecided.subList(from, Math.min(undecided.size(), from + BATCH)), output);
        }
        for (Object key : ofB.keySet()) {
            tell(key, Difference.ONLY_IN_B, output);
        }
    }

    private void decide(List<Object> batch, Output output) throws IOException {
        Keys keys = keys(batch);
        Set<Integer> gone = new HashSet<>();
        RowBatch rowsOfA = rows(a, keys, gone);
        RowBatch rowsOfB = rows(b, keys, gone);
        for (int row = 0; row < keys.size(); row++) {
            boolean same = !gone.contains(row) && isWithin(rowsOfA, rowsOfB, row);
            tell(keys.getObject(row), same ? Difference.SAME : Difference.DIFFERS, output);
        }
    }

    private static RowBatch rows(FeatureCache cache, Keys keys, Set<Integer> gone) {
        RowBatch rows = RowBatch.allocateOnHeap(cache.shapes(keys).orElseThrow());
        Arrays.stream(cache.gather(keys, rows).missing()).forEach(gone::add);
        return rows;
    }

    private boolean isWithin(RowBatch rowsOfA, RowBatch rowsOfB, int row) {
        int columns = rowsOfA.schema().columns().size();
        if (columns != rowsOfB.schema().columns().size()) {
            return false;
        }
        for (int column = 0; column < columns; column++) {
            if (!isWithin(rowsOfA, rowsOfB, column, row)) {
                return false;
            }
        }
        return true;
    }

    private boolean isWithin(RowBatch rowsOfA, RowBatch rowsOfB, int column, int row) {
        RowValue x = new RowValue(rowsOfA.column(column), row);
        RowValue y = new RowValue(rowsOfB.column(column), row);
        if (!x.isTensor() || !y.isTensor()) {
            return rowsOfA.column(column).row(row).equals(rowsOfB.column(column).row(row));
        }
        boolean within =
                Arrays.equals(rowsOfA.column(column).shape(row), rowsOfB.column(column).shape(row));
        for (int i = 0; within && i < x.size(); i++) {
            within = x.isWithin(y, i, tolerance.orElse(0));
        }
        return within;
    }

    private void tell(Object key, Difference difference, Output output) throws IOException {
        totals.merge(difference, 1L, Long::sum);
        output.id(keys(List.of(key)), 0, difference);
    }

    private static Keys keys(List<Object> keys) {
        return keys.get(0) instanceof Long
                ? Keys.of(keys.stream().mapToLong(key -> (Long) key).toArray())
                : Keys.ofStrings(keys.stream().map(String::valueOf).toList());
    }

    long total(Difference difference) {
        return totals.getOrDefault(difference, 0L);
    }

    long damagedRows() {
        return damagedRows;
    }

    boolean foundNone() {
        return total(Difference.ONLY_IN_A) + total(Difference.ONLY_IN_B) == 0
                && total(Difference.DIFFERS) + damagedRows == 0;
    }
}
