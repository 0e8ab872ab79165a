package io.github.djlcachex.djl.internal;

import java.util.Locale;

/** Figures writes numbers for people, in the same way in every locale. */
public final class Figures {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MS = 1e6;
    private static final double NANOS_PER_US = 1e3;
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    private static final double UNIT = 1000;
    private static final long MINUTE = 60;

    private Figures() {}

    /** Returns a time as seconds. */
    public static double seconds(double nanos) {
        return nanos / NANOS_PER_SECOND;
    }

    public static double seconds(long nanos) {
        return nanos / NANOS_PER_SECOND;
    }

    public static String span(long nanos) {
        return span((double) nanos);
    }

    /** Returns a time as {@code 0.21 s}. */
    public static String span(double nanos) {
        String text = String.format(Locale.ROOT, "%.2f s", seconds(nanos));
        return text.equals("-0.00 s") ? "0.00 s" : text;
    }

    /** Returns a short time as {@code 1.50 ms}. */
    public static String shortSpan(double nanos) {
        if (nanos >= NANOS_PER_SECOND) {
            return span(nanos);
        }
        return nanos >= NANOS_PER_MS
                ? String.format(Locale.ROOT, "%.2f ms", nanos / NANOS_PER_MS)
                : String.format(Locale.ROOT, "%.1f us", nanos / NANOS_PER_US);
    }

    /** Returns a long time as {@code 1:02:03}, or {@code 2:03} below an hour. */
    public static String clock(long seconds) {
        long minutes = seconds / MINUTE;
        return minutes < MINUTE
                ? String.format(Locale.ROOT, "%d:%02d", minutes, seconds % MINUTE)
                : String.format(
                        Locale.ROOT,
                        "%d:%02d:%02d",
                        minutes / MINUTE,
                        minutes % MINUTE,
                        seconds % MINUTE);
    }

    /** Returns a size as {@code 3.1 MB}. */
    public static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= UNIT && unit < UNITS.length - 1) {
            value /= UNIT;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }
}
