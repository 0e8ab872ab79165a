package io.github.djlcachex.internal.segment;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * SegmentRanges is a set of segment names: of each writer the ranges of its sequence numbers.
 *
 * <p>A range costs the same whatever it spans, so a forged one of a billion names takes no memory.
 * Its text is {@code writer:0-5,7;writer:1}, with writers and ranges ascending.
 */
public final class SegmentRanges {

    /** The set without any name. */
    public static final SegmentRanges NONE = new SegmentRanges(Map.of());

    /** The most bytes of a text: some 12,000 writers. */
    public static final int MAX_BYTES = 1 << 20;

    private static final Pattern RANGE = Pattern.compile("([0-9]{1,18})(?:-([0-9]{1,18}))?");

    /** Sequence numbers from the first to the last. */
    private record Range(long first, long last) implements Comparable<Range> {

        @Override
        public int compareTo(Range other) {
            return Long.compare(first, other.first);
        }

        boolean meets(Range other) {
            return first <= other.last && other.first <= last;
        }

        String text() {
            return first == last ? Long.toString(first) : first + "-" + last;
        }
    }

    /** By the text of the writer; each list ascends, with gaps between its ranges. */
    private final TreeMap<String, List<Range>> ranges;

    private SegmentRanges(Map<String, List<Range>> ranges) {
        this.ranges = new TreeMap<>(ranges);
    }

    /**
     * Returns the set of some names.
     *
     * @param names the names
     * @return the set
     */
    public static SegmentRanges of(Collection<SegmentName> names) {
        Map<String, List<Range>> ranges =
                names.stream()
                        .collect(
                                Collectors.groupingBy(
                                        name -> name.writer().toString(),
                                        Collectors.mapping(
                                                name -> new Range(name.sequence(), name.sequence()),
                                                Collectors.toList())));
        ranges.replaceAll((writer, of) -> joined(of));
        return new SegmentRanges(ranges);
    }

    /** Sorts ranges, and joins those without a gap between them. */
    private static List<Range> joined(Collection<Range> ranges) {
        List<Range> joined = new ArrayList<>();
        for (Range range : ranges.stream().sorted().toList()) {
            Range before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (before != null && range.first() <= before.last() + 1) {
                long last = Math.max(before.last(), range.last());
                joined.set(joined.size() - 1, new Range(before.first(), last));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }

    /**
     * Tells whether a name is in the set.
     *
     * @param name the name
     * @return true if it is
     */
    public boolean contains(SegmentName name) {
        List<Range> of = ranges.getOrDefault(name.writer().toString(), List.of());
        int low = 0;
        int high = of.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (of.get(middle).last() < name.sequence()) {
                low = middle + 1;
            } else if (of.get(middle).first() > name.sequence()) {
                high = middle - 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells whether two sets have a name in common.
     *
     * @param other the other set
     * @return true if they have
     */
    public boolean meets(SegmentRanges other) {
        for (Map.Entry<String, List<Range>> entry : ranges.entrySet()) {
            TreeSet<Range> others =
                    new TreeSet<>(other.ranges.getOrDefault(entry.getKey(), List.of()));
            for (Range range : entry.getValue()) {
                Range before = others.floor(new Range(range.last(), range.last()));
                if (before != null && before.meets(range)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Returns the names of both sets.
     *
     * @param other the other set
     * @return the union
     */
    public SegmentRanges plus(SegmentRanges other) {
        Map<String, List<Range>> union = new TreeMap<>(ranges);
        other.ranges.forEach(
                (writer, of) ->
                        union.merge(
                                writer,
                                of,
                                (mine, theirs) -> {
                                    List<Range> both = new ArrayList<>(mine);
                                    both.addAll(theirs);
                                    return joined(both);
                                }));
        return new SegmentRanges(union);
    }

    /**
     * Returns all names.
     *
     * @param most the most that there may be
     * @return the names, or empty if there are more
     */
    public Optional<List<SegmentName>> names(int most) {
        List<SegmentName> names = new ArrayList<>();
        for (Map.Entry<String, List<Range>> entry : ranges.entrySet()) {
            WriterId writer = WriterId.parse(entry.getKey()).orElseThrow();
            for (Range range : entry.getValue()) {
                if (range.last() - range.first() >= most - names.size()) {
                    return Optional.empty();
                }
                for (long sequence = range.first(); sequence <= range.last(); sequence++) {
                    names.add(new SegmentName(writer, sequence));
                }
            }
        }
        return Optional.of(names);
    }

    /**
     * Tells whether there is no name in the set.
     *
     * @return true if there is none
     */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /**
     * Reads a text.
     *
     * @param text a text that {@link #toString} gave
     * @return the set, or empty if that never gave such a text
     */
    static Optional<SegmentRanges> parse(String text) {
        TreeMap<String, List<Range>> ranges = new TreeMap<>();
        for (String part : text.isEmpty() ? List.<String>of() : List.of(text.split(";", -1))) {
            int colon = part.indexOf(':');
            if (colon < 0) {
                return Optional.empty();
            }
            List<Range> of = new ArrayList<>();
            for (String range : part.substring(colon + 1).split(",", -1)) {
                Matcher matcher = RANGE.matcher(range);
                if (!matcher.matches()) {
                    return Optional.empty();
                }
                long first = Long.parseLong(matcher.group(1));
                of.add(
                        new Range(
                                first,
                                matcher.group(2) == null
                                        ? first
                                        : Long.parseLong(matcher.group(2))));
            }
            ranges.put(part.substring(0, colon), of);
        }
        SegmentRanges parsed = new SegmentRanges(ranges);
        return parsed.isCanonical() && parsed.toString().equals(text)
                ? Optional.of(parsed)
                : Optional.empty();
    }

    private boolean isCanonical() {
        return ranges.entrySet().stream()
                .allMatch(
                        entry ->
                                WriterId.parse(entry.getKey()).isPresent()
                                        && entry.getValue().equals(joined(entry.getValue()))
                                        && entry.getValue().stream()
                                                .allMatch(r -> r.first() <= r.last()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SegmentRanges that && ranges.equals(that.ranges);
    }

    @Override
    public int hashCode() {
        return ranges.hashCode();
    }

    @Override
    public String toString() {
        return ranges.entrySet().stream()
                .map(
                        entry ->
                                entry.getValue().stream()
                                        .map(Range::text)
                                        .collect(Collectors.joining(",", entry.getKey() + ":", "")))
                .collect(Collectors.joining(";"));
    }
}
