package io.github.djlcachex.cli;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * ColumnStatistics are figures of all numbers of one column. Mean and deviation are by Welford's
 * method; the quantiles are those of a reservoir of {@value #RESERVOIR} values. NaN and infinite
 * values count, and are no part of the others.
 */
final class ColumnStatistics {

    static final int RESERVOIR = 10_000;

    private static final int MOST_DIMENSIONS = 1 << 20;

    /** Above it the sum of many squares may be infinite. */
    private static final double LARGE = 0x1p400;

    private static final double SMALL = 0x1p-600;

    private final double[] reservoir = new double[RESERVOIR];
    private final SplittableRandom random = new SplittableRandom(42);
    private long numbers;
    private long nans;
    private long infinite;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double mean;
    private double squares;
    private double scale = 1;
    private long[] first = new long[0];
    private boolean[] varies = new boolean[0];
    private long rows;
    private boolean sameSize = true;

    void add(RowValue value) {
        if (rows == 0 && value.size() <= MOST_DIMENSIONS) {
            first = new long[value.size()];
            varies = new boolean[value.size()];
            Arrays.setAll(first, value::bits);
        }
        rows++;
        sameSize &= value.size() == first.length;
        for (int i = 0; i < value.size(); i++) {
            double number = value.number(i);
            add(number);
            if (sameSize && !varies[i]) {
                varies[i] = value.bits(i) != first[i] || Double.isNaN(number);
            }
        }
    }

    private void add(double number) {
        if (Double.isNaN(number)) {
            nans++;
        } else if (Double.isInfinite(number)) {
            infinite++;
        } else {
            keep(number);
            numbers++;
            min = Math.min(min, number);
            max = Math.max(max, number);
            if (scale == 1 && Math.abs(number) > LARGE) {
                scaleDown();
            }
            double scaled = number * scale;
            double delta = scaled - mean;
            mean += delta / numbers;
            squares += delta * (scaled - mean);
        }
    }

    /** So that no square of a difference is infinite. */
    private void scaleDown() {
        scale = SMALL;
        mean *= SMALL;
        squares = squares * SMALL * SMALL; // the square of SMALL alone is 0
    }

    private void keep(double number) {
        if (numbers < RESERVOIR) {
            reservoir[(int) numbers] = number;
        } else {
            long place = random.nextLong(numbers + 1);
            if (place < RESERVOIR) {
                reservoir[(int) place] = number;
            }
        }
    }

    /** The quantile of a share from 0 to 1, between neighbours in proportion; NaN if none. */
    double quantile(double share) {
        int size = (int) Math.min(numbers, RESERVOIR);
        if (size == 0) {
            return Double.NaN;
        }
        double[] sorted = Arrays.copyOf(reservoir, size);
        Arrays.sort(sorted);
        double place = share * (size - 1);
        int below = (int) place;
        int above = Math.min(size - 1, below + 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }

    double min() {
        return numbers == 0 ? Double.NaN : min;
    }

    double max() {
        return numbers == 0 ? Double.NaN : max;
    }

    double mean() {
        return numbers == 0 ? Double.NaN : mean / scale;
    }

    /** The standard deviation of the population. */
    double deviation() {
        return numbers == 0 ? Double.NaN : Math.sqrt(squares / numbers) / scale;
    }

    long values() {
        return numbers + nans + infinite;
    }

    long nans() {
        return nans;
    }

    long infinite() {
        return infinite;
    }

    /** The dimensions that have one value in all rows; of rows of different sizes none. */
    int[] constant() {
        return dimensions(false);
    }

    /** The constant dimensions whose value is zero. */
    int[] dead() {
        return dimensions(true);
    }

    private int[] dimensions(boolean zero) {
        if (rows < 2 || !sameSize) {
            return new int[0];
        }
        return IntStream.range(0, first.length)
                .filter(i -> !varies[i] && (!zero || first[i] == 0))
                .toArray();
    }
}
