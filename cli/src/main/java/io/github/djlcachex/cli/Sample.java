package io.github.djlcachex.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Sample is the share of a generation that a check reads: {@code 5%}, {@code 1/8} or a size. */
final class Sample {

    private static final Pattern PERCENT = Pattern.compile("(?<percent>[0-9]{1,3}(\\.[0-9]+)?) ?%");
    private static final Pattern FRACTION =
            Pattern.compile("(?<part>[0-9]{1,6})/(?<whole>[0-9]{1,6})");

    private Sample() {}

    /** Returns the share of so many bytes, above 0 and at most 1. */
    static double parse(String text, long bytes) {
        double share = share(text.strip(), bytes);
        if (!(share > 0 && share <= 1)) {
            throw CommandFailure.usage(
                    "sample '" + text + "' is no share: use 5%, 1/8, or a size such as 10GiB");
        }
        return share;
    }

    private static double share(String text, long bytes) {
        Matcher percent = PERCENT.matcher(text);
        if (percent.matches()) {
            return Double.parseDouble(percent.group("percent")) / 100;
        }
        Matcher fraction = FRACTION.matcher(text);
        if (fraction.matches()) {
            return Double.parseDouble(fraction.group("part"))
                    / Double.parseDouble(fraction.group("whole"));
        }
        double size = Figures.parseBytes(text);
        return size >= bytes && size > 0 ? 1 : size / bytes;
    }
}
