package io.github.djlcachex.sabotage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A deliberate bug: a text of a source file that is replaced by another, and the tests that must
 * fail for it.
 *
 * <p>The list is {@code sabotage.txt}. An entry is a line with {@code #} and what the bug does; the
 * source file below {@code src/main/java/io/github/djlcachex} of its module; the text before, in
 * lines that start with {@code -}; the text after, in lines with {@code +}; and the classes of the
 * tests. The white space at both ends of a line does not count.
 *
 * @param what what the bug does
 * @param source the source file
 * @param before the lines that are replaced
 * @param after the lines instead
 * @param tests the names of the test classes
 */
record Sabotage(
        String what, Path source, List<String> before, List<String> after, List<String> tests) {

    private static final String SEAM = "djl/";
    private static final Path CORE = Path.of("../core");
    private static final Path DJL_INTEGRATION = Path.of("../djl-integration");
    private static final Path SOURCES = Path.of("src/main/java/io/github/djlcachex");

    static List<Sabotage> all() throws IOException {
        List<Sabotage> all = new ArrayList<>();
        List<String> entry = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/sabotage.txt"))) {
            if (!line.isBlank()) {
                entry.add(line);
            } else if (!entry.isEmpty()) {
                all.add(parse(entry));
                entry.clear();
            }
        }
        if (!entry.isEmpty()) {
            all.add(parse(entry));
        }
        return all;
    }

    private static Sabotage parse(List<String> entry) {
        return new Sabotage(
                entry.get(0).substring(2),
                moduleOf(entry.get(1)).resolve(SOURCES).resolve(entry.get(1)),
                marked(entry, '-'),
                marked(entry, '+'),
                List.of(entry.get(entry.size() - 1).split(" ")));
    }

    private static Path moduleOf(String sourceOrTest) {
        return sourceOrTest.startsWith(SEAM) ? DJL_INTEGRATION : CORE;
    }

    /** The directory where a test expects to run, by the name of its class. */
    static Path directoryOf(String test) {
        return moduleOf(test.replace('.', '/'));
    }

    /** A source file of either module, as its package names it. */
    static Path relative(Path source) {
        int packages = DJL_INTEGRATION.getNameCount() + SOURCES.getNameCount();
        return source.subpath(packages, source.getNameCount());
    }

    private static List<String> marked(List<String> entry, char mark) {
        return entry.stream()
                .filter(line -> line.charAt(0) == mark)
                .map(line -> line.substring(1).strip())
                .toList();
    }

    /** The source with the bug; fails if the text before is not there just once. */
    String sabotaged() throws IOException {
        List<String> lines = Files.readAllLines(source);
        List<String> bare = lines.stream().map(String::strip).toList();
        List<Integer> places = new ArrayList<>();
        for (int at = 0; at + before.size() <= bare.size(); at++) {
            if (bare.subList(at, at + before.size()).equals(before)) {
                places.add(at);
            }
        }
        if (places.size() != 1) {
            throw new AssertionError(
                    "'" + what + "': its text is " + places.size() + " times in " + source);
        }
        List<String> result = new ArrayList<>(lines);
        List<String> replaced = result.subList(places.get(0), places.get(0) + before.size());
        replaced.clear();
        replaced.addAll(after);
        return String.join("\n", result) + "\n";
    }
}
