package io.github.djlcachex.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The lines that the report must have, which are listed in {@code demanded-lines.txt}: a test that
 * did not run leaves none, and nothing else would notice.
 */
final class DemandedLines {

    /** The modules whose tests write lines, in the order in which they run. */
    private static final List<String> MODULES =
            List.of("core", "arrow", "cli", "djl-integration", "reliability", "jcstress", "spark");

    /** When a line is demanded. */
    enum When {
        /** In both tiers. */
        ALWAYS,
        /** In the long tier. */
        CRASH,
        /** In the long tier, if all of it runs. */
        WHOLE
    }

    /** One of them. */
    record Demanded(When when, String module, String test) {

        /** The number of the plan. */
        String tag() {
            return test.substring(0, test.indexOf(' '));
        }

        boolean isOfTier(boolean longTier) {
            return longTier || when == When.ALWAYS;
        }

        boolean isOfPart(Set<String> part) {
            return part.isEmpty() || (when != When.WHOLE && part.contains(tag()));
        }

        boolean ranBefore(String lastModule) {
            return MODULES.indexOf(module) <= MODULES.indexOf(lastModule);
        }
    }

    private final List<Demanded> all;
    private final boolean longTier;
    private final Set<String> part = new LinkedHashSet<>();

    DemandedLines(List<Demanded> all, boolean longTier, String part) {
        this.all = List.copyOf(all);
        this.longTier = longTier;
        for (String tag : part.split(",", -1)) {
            if (!tag.isBlank()) {
                this.part.add(tag.strip());
            }
        }
    }

    /** Those of the tier and the part that run. */
    static DemandedLines ofThisBuild() {
        return new DemandedLines(listed(), Reliability.longTier(), Reliability.part());
    }

    static List<Demanded> listed() {
        try (InputStream file =
                        Objects.requireNonNull(
                                DemandedLines.class.getResourceAsStream("/demanded-lines.txt"));
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" +", 3))
                    .map(
                            words ->
                                    new Demanded(
                                            When.valueOf(words[0].toUpperCase(Locale.ROOT)),
                                            words[1],
                                            words[2]))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Says what is not as it should be once a module has run: a line that is missing or failed, one
     * that nobody demands, and a name that is no test.
     *
     * @param lines the lines of this build
     */
    List<String> complaints(String lastModule, List<Map<String, Object>> lines) {
        List<String> complaints = new ArrayList<>();
        for (String tag : part) {
            if (all.stream().noneMatch(one -> one.tag().equals(tag) && one.isOfTier(longTier))) {
                complaints.add(tag + " is no test" + (longTier ? "" : " of the short tier"));
            }
        }
        Map<String, Map<String, Object>> byName = new TreeMap<>();
        lines.forEach(line -> byName.put(String.valueOf(line.get("test")), line));
        for (Demanded one : all) {
            boolean ran = one.isOfTier(longTier) && one.ranBefore(lastModule) && one.isOfPart(part);
            if (ran && !byName.containsKey(one.test())) {
                complaints.add(one.test() + " did not run");
            }
        }
        Set<String> known = all.stream().map(Demanded::test).collect(Collectors.toSet());
        byName.forEach(
                (name, line) -> {
                    if (line.get("failed") != null) {
                        complaints.add(name + " failed: " + line.get("failed"));
                    }
                    if (!known.contains(name)) {
                        complaints.add(name + " is not in demanded-lines.txt");
                    }
                });
        return complaints;
    }
}
