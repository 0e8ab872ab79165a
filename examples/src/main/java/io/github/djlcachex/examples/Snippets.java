package io.github.djlcachex.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** Snippets are lines of film reviews, each with an id and a label: 1 if it is a good one. */
record Snippets(List<String> ids, List<Integer> labels, List<String> texts) {

    private static final String FILE = "/snippets/movie_snippets.tsv.gz";

    /** Reads at most so many snippets, from all parts of the file. */
    static Snippets read(int most) throws IOException {
        try (InputStream file =
                        Objects.requireNonNull(Snippets.class.getResourceAsStream(FILE), FILE);
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        new GZIPInputStream(file), StandardCharsets.UTF_8))) {
            List<String[]> fields = lines.lines().skip(1).map(line -> line.split("\t", 3)).toList();
            int count = Math.min(most, fields.size());
            List<String[]> some =
                    IntStream.range(0, count)
                            .mapToObj(i -> fields.get((int) ((long) i * fields.size() / count)))
                            .toList();
            return new Snippets(
                    some.stream().map(line -> "snippet-" + line[0]).toList(),
                    some.stream().map(line -> Integer.valueOf(line[1])).toList(),
                    some.stream().map(line -> line[2]).toList());
        }
    }

    int size() {
        return ids.size();
    }
}
