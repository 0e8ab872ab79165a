package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.SnapshotPart;
import io.github.djlcachex.cache.SnapshotReader;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A RowMap is a sample of rows in two dimensions: their first column, projected to its two
 * principal components by power iteration. Rows of another size than the first, and rows with a
 * value that is not finite, are left out.
 */
final class RowMap {

    /** A row on the map. */
    record Point(String prefix, double x, double y) {}

    private static final int ITERATIONS = 50;
    private static final long SEED = 42;

    private final List<double[]> rows = new ArrayList<>();
    private final List<String> prefixes = new ArrayList<>();
    private final SplittableRandom random = new SplittableRandom(SEED);
    private long seen;
    private long damagedRows;

    private RowMap() {}

    /** Draws a reservoir of rows from so many files as a sample of that size needs. */
    static RowMap of(CacheSnapshot snapshot, int most, String prefixEnd) {
        RowMap map = new RowMap();
        long rows = snapshot.rows();
        double share = rows == 0 ? 1 : Math.min(1, (double) most / rows);
        for (SnapshotPart part : PartSample.of(snapshot.parts(), share, SEED).parts()) {
            try (SnapshotReader reader = part.open()) {
                while (reader.next()) {
                    for (int row = 0; row < reader.keys().size(); row++) {
                        String id = String.valueOf(reader.keys().getObject(row));
                        RowValue value = new RowValue(reader.rows().column(0), row);
                        if (value.isTensor()) {
                            map.add(value, prefix(id, prefixEnd), most);
                        }
                    }
                }
                map.damagedRows += reader.damagedRows();
            }
        }
        return map;
    }

    long damagedRows() {
        return damagedRows;
    }

    private static String prefix(String id, String end) {
        int at = end.isEmpty() ? -1 : id.indexOf(end);
        return at < 0 ? "" : id.substring(0, at);
    }

    private void add(RowValue value, String prefix, int most) {
        long place = rows.size() < most ? rows.size() : random.nextLong(seen + 1);
        boolean sameSize = rows.isEmpty() || rows.get(0).length == value.size();
        if (place >= most || !sameSize) {
            seen += sameSize ? 1 : 0;
            return;
        }
        double[] numbers = new double[value.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = value.number(i);
            if (!Double.isFinite(numbers[i])) {
                return;
            }
        }
        seen++;
        if (place == rows.size()) {
            rows.add(numbers);
            prefixes.add(prefix);
        } else {
            rows.set((int) place, numbers);
            prefixes.set((int) place, prefix);
        }
    }

    List<Point> points() {
        if (rows.isEmpty()) {
            return List.of();
        }
        center();
        double[] first = component(new double[rows.get(0).length]);
        double[] second = component(first);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            double[] row = rows.get(i);
            points.add(new Point(prefixes.get(i), dot(row, first), dot(row, second)));
        }
        return points;
    }

    private void center() {
        double[] mean = new double[rows.get(0).length];
        for (double[] row : rows) {
            addScaled(mean, row, 1.0 / rows.size());
        }
        rows.forEach(row -> addScaled(row, mean, -1));
    }

    /** The direction of the most variance that is orthogonal to another one. */
    private double[] component(double[] orthogonal) {
        double[] direction = random.doubles(orthogonal.length, -1, 1).toArray();
        for (int i = 0; i < ITERATIONS; i++) {
            double[] next = new double[direction.length];
            for (double[] row : rows) {
                addScaled(next, row, dot(row, direction));
            }
            addScaled(next, orthogonal, -dot(next, orthogonal));
            double norm = Math.sqrt(dot(next, next));
            if (norm == 0) {
                return next; // no variance is left
            }
            direction = Arrays.stream(next).map(x -> x / norm).toArray();
        }
        return direction;
    }

    private static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    private static void addScaled(double[] to, double[] row, double factor) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * row[i];
        }
    }
}
