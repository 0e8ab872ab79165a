package io.github.djlcachex.benchmark;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Locale;

/** Medians, and numbers as people read them. */
final class Numbers {

    private static final MathContext DIGITS = new MathContext(4);

    private Numbers() {}

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The number with four digits. */
    static BigDecimal rounded(double number) {
        BigDecimal decimal = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
        return decimal.scale() < 0 ? decimal.setScale(0) : decimal;
    }

    /** The number with four digits and commas between thousands. */
    static String text(double number) {
        BigDecimal decimal = rounded(number);
        return String.format(Locale.ROOT, "%,." + decimal.scale() + "f", decimal);
    }
}
