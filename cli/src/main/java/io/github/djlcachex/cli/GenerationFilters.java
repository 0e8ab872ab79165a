package io.github.djlcachex.cli;

import io.github.djlcachex.cache.GenerationInfo;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters and orders of generations, such as {@code size>1GB} and {@code used:desc}. */
final class GenerationFilters {

    private static final Pattern FILTER =
            Pattern.compile("(?<field>\\w+)\\s*(?<sign>>=|<=|!=|>|<|=)\\s*(?<value>.*)");
    private static final String FORMS =
            "use size>1GiB, rows<100, files>=10, used>30d (longer ago), module=bert*, fingerprint=3f";

    private static final Map<String, Comparator<GenerationInfo>> ORDERS =
            Map.of(
                    "name",
                            Comparator.comparing(
                                    generation -> new GenerationName(generation).toString()),
                    "rows", Comparator.comparingLong(GenerationInfo::rows),
                    "size", Comparator.comparingLong(GenerationInfo::bytes),
                    "files", Comparator.comparingLong(GenerationInfo::files),
                    "used", Comparator.comparing(GenerationInfo::lastUsed));

    private GenerationFilters() {}

    static Predicate<GenerationInfo> all(List<String> filters, Instant now) {
        return filters.stream()
                .map(filter -> parse(filter, now))
                .reduce(generation -> true, Predicate::and);
    }

    private static Predicate<GenerationInfo> parse(String filter, Instant now) {
        Matcher parts = FILTER.matcher(filter.strip());
        if (!parts.matches()) {
            throw unknown(filter);
        }
        String sign = parts.group("sign");
        String value = parts.group("value");
        switch (parts.group("field").toLowerCase(Locale.ROOT)) {
            case "size" -> {
                LongPredicate test = compare(sign, Figures.parseBytes(value));
                return generation -> test.test(generation.bytes());
            }
            case "rows" -> {
                LongPredicate test = compare(sign, Figures.parseCount(value));
                return generation -> test.test(generation.rows());
            }
            case "files" -> {
                LongPredicate test = compare(sign, Figures.parseCount(value));
                return generation -> test.test(generation.files());
            }
            case "used" -> {
                LongPredicate test = compare(sign, Figures.parseAge(value).toMillis());
                return generation ->
                        test.test(Duration.between(generation.lastUsed(), now).toMillis());
            }
            case "module" -> {
                return equal(filter, sign, glob(value));
            }
            case "fingerprint" -> {
                return equal(
                        filter,
                        sign,
                        generation -> generation.fingerprint().orElse("").startsWith(value));
            }
            default -> throw unknown(filter);
        }
    }

    private static LongPredicate compare(String sign, long value) {
        return switch (sign) {
            case ">" -> x -> x > value;
            case ">=" -> x -> x >= value;
            case "<" -> x -> x < value;
            case "<=" -> x -> x <= value;
            case "!=" -> x -> x != value;
            default -> x -> x == value;
        };
    }

    private static Predicate<GenerationInfo> equal(
            String filter, String sign, Predicate<GenerationInfo> equal) {
        return switch (sign) {
            case "=" -> equal;
            case "!=" -> equal.negate();
            default -> throw unknown(filter);
        };
    }

    private static Predicate<GenerationInfo> glob(String value) {
        Pattern pattern =
                Pattern.compile(
                        Pattern.quote(value).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q"),
                        Pattern.DOTALL);
        return generation -> pattern.matcher(new GenerationName(generation).module()).matches();
    }

    private static CommandFailure unknown(String filter) {
        return CommandFailure.usage("filter '" + filter + "' is not known: " + FORMS);
    }

    /** Parses an order: a field, and :asc or :desc. */
    static Comparator<GenerationInfo> order(String order) {
        String[] parts = order.toLowerCase(Locale.ROOT).split(":", 2);
        Comparator<GenerationInfo> known = ORDERS.get(parts[0]);
        String direction = parts.length == 1 ? "asc" : parts[1];
        if (known == null || !List.of("asc", "desc").contains(direction)) {
            throw CommandFailure.usage(
                    "order '"
                            + order
                            + "' is not known: use name, rows, size, files or used, and :desc");
        }
        Comparator<GenerationInfo> byName = Comparator.comparing(GenerationInfo::directory);
        return (direction.equals("asc") ? known : known.reversed()).thenComparing(byName);
    }
}
