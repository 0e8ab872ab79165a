package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.io.NumberOutput;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Figures are numbers, sizes and ages as people write and read them. */
final class Figures {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final Pattern SIZE =
            Pattern.compile("(?<number>[0-9]{1,15}(\\.[0-9]{1,9})?) ?(?<unit>[A-Za-z]*)");
    private static final Pattern AGE = Pattern.compile("(?<number>[0-9]{1,9})(?<unit>[smhdw])");
    private static final Map<String, Duration> AGE_UNITS =
            Map.of(
                    "s", Duration.ofSeconds(1),
                    "m", Duration.ofMinutes(1),
                    "h", Duration.ofHours(1),
                    "d", Duration.ofDays(1),
                    "w", Duration.ofDays(7));
    private static final String LETTERS = "KMGTP";

    private Figures() {}

    /** A size in three digits, in powers of 1024. */
    static String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 999.5 && unit < UNITS.length - 1) {
            size /= 1024;
            unit++;
        }
        String number =
                unit == 0 || size >= 99.95
                        ? String.format(Locale.ROOT, "%.0f", size)
                        : String.format(Locale.ROOT, size >= 9.995 ? "%.1f" : "%.2f", size);
        return number + " " + UNITS[unit];
    }

    /** A number with so many digits behind the point. */
    static String decimal(double number, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }

    /** The shortest decimal that is this number and no other, the same on every Java version. */
    static String shortest(float number) {
        return NumberOutput.toString(number, true);
    }

    /** The shortest decimal that is this number and no other, the same on every Java version. */
    static String shortest(double number) {
        return NumberOutput.toString(number, true);
    }

    /** A number with its thousands apart. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number of things: "1 row", "2 rows". */
    static String count(long number, String thing) {
        return count(number) + " " + thing + (number == 1 ? "" : "s");
    }

    /** How long ago something was, in its largest unit. */
    static String ago(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.toMinutes() < 1) {
            return "now";
        }
        if (age.toHours() < 1) {
            return age.toMinutes() + "m ago";
        }
        return age.toDays() < 2 ? age.toHours() + "h ago" : age.toDays() + "d ago";
    }

    /** Parses a size: 512, 64K, 1.5GiB in powers of 1024; 2GB in powers of 1000. */
    static long parseBytes(String text) {
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw notASize(text);
        }
        double bytes =
                Double.parseDouble(size.group("number")) * unitBytes(size.group("unit"), text);
        if (bytes > 1L << 60) {
            throw notASize(text);
        }
        return Math.round(bytes);
    }

    private static double unitBytes(String unit, String text) {
        String upper = unit.toUpperCase(Locale.ROOT);
        if (upper.isEmpty() || upper.equals("B")) {
            return 1;
        }
        int power = LETTERS.indexOf(upper.charAt(0)) + 1;
        String rest = upper.substring(1);
        boolean decimal = rest.equals("B");
        if (power == 0 || !(decimal || rest.isEmpty() || rest.equals("IB"))) {
            throw notASize(text);
        }
        return Math.pow(decimal ? 1000 : 1024, power);
    }

    private static CommandFailure notASize(String text) {
        return CommandFailure.usage(
                "'"
                        + text
                        + "' is no size: use 512, 64K, 1.5GiB (powers of 1024) or 2GB (of 1000)");
    }

    /** Parses an age: 90m, 12h, 30d, 2w. */
    static Duration parseAge(String text) {
        Matcher age = AGE.matcher(text.strip());
        if (!age.matches()) {
            throw CommandFailure.usage("'" + text + "' is no age: use 90s, 90m, 12h, 30d or 2w");
        }
        return AGE_UNITS
                .getOrDefault(age.group("unit"), Duration.ZERO)
                .multipliedBy(Long.parseLong(age.group("number")));
    }

    /** Parses a whole number. */
    static long parseCount(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw CommandFailure.usage("'" + text + "' is no whole number from 0");
        }
        return Long.parseLong(text);
    }

    static void checkFromZero(String option, long number) {
        if (number < 0) {
            throw CommandFailure.usage(option + " is a whole number from 0, not " + number);
        }
    }
}
