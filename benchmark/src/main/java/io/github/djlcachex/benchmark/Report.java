package io.github.djlcachex.benchmark;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The figures of one run of the suite, and where they were taken.
 *
 * @param host the machine, the JVM and the commit
 * @param figures the figures, in the order of measuring
 */
record Report(Host host, List<Figure> figures) {

    private static final String TABLE_START = "<!-- figures: written by the benchmark -->";
    private static final String TABLE_END = "<!-- end of figures -->";

    /** The figures that carry a claim; all others stand in the results alone. */
    private static final Set<String> CLAIMS =
            Set.of(
                    "gather 2 KiB, batch 256, random, checked at every read",
                    "gather 2 KiB, batch 256, random, unchecked",
                    "memory tier of default size, positional, beside none",
                    "put + flush 2 KiB, fsync, sustained",
                    "flush with the most rows on disk, beside the fewest",
                    "open of 100,000,000 rows in 3,000 segments",
                    "heap a row on disk of 100,000,000 rows in 3,000 segments",
                    "lookups, int64 keys, at 10,000,000 rows",
                    "lookups, string keys beside int64 keys, at 10,000,000 rows",
                    "cold gather 2 KiB, cache larger than memory",
                    "forward 2 KiB, batch 256, all hits, beside the gather alone",
                    "epoch, digits extractor, all hits beside features in memory",
                    "epoch, ResNet-18, all misses beside no cache",
                    "epoch, ResNet-18, all hits beside no cache");

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().serializeNulls().create();

    /** Writes {@code latest.json} and {@code latest.md}. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("latest.json"), toJson() + "\n");
        Files.writeString(directory.resolve("latest.md"), toMarkdown());
    }

    /** Puts the figures that carry a claim between their marks in a document. */
    void writeTable(Path document) throws IOException {
        String text = Files.readString(document);
        int start = text.indexOf(TABLE_START);
        int end = text.indexOf(TABLE_END);
        if (start < 0 || end < start) {
            throw new IOException(document + " has no place for the table");
        }
        Files.writeString(
                document,
                text.substring(0, start + TABLE_START.length())
                        + "\n\n"
                        + claims().toMarkdown()
                        + "\n"
                        + text.substring(end));
    }

    private Report claims() {
        return new Report(
                host, figures.stream().filter(figure -> CLAIMS.contains(figure.name())).toList());
    }

    String toJson() {
        JsonArray array = new JsonArray();
        figures.forEach(figure -> array.add(figure.toJson()));
        JsonObject json = new JsonObject();
        json.addProperty("machine", host.machine());
        json.addProperty("jdk", host.jdk());
        json.addProperty("commit", host.commit());
        json.add("figures", array);
        return GSON.toJson(json);
    }

    /** The figures as a table; its columns are those of the JSON. */
    String toMarkdown() {
        StringBuilder text = new StringBuilder(4096);
        text.append("- machine: " + host.machine() + "\n")
                .append("- JDK: " + host.jdk() + "\n")
                .append("- commit: " + host.commit() + "\n\n")
                .append("| figure | unit | value | limit | ratio | goal | met |\n")
                .append("|---|---|--:|--:|--:|---|---|\n");
        for (Figure figure : figures) {
            Goal goal = figure.goal();
            text.append("| " + figure.name())
                    .append(" | " + figure.unit())
                    .append(" | " + Numbers.text(figure.value()))
                    .append(" | " + orBlank(figure.limit()))
                    .append(" | " + orBlank(figure.ratio()))
                    .append(" | " + (goal == null ? "" : goal))
                    .append(" | " + metText(figure.met()) + " |\n");
        }
        return text.toString();
    }

    private static String orBlank(@Nullable Double number) {
        return number == null ? "" : Numbers.text(number);
    }

    private static String metText(@Nullable Boolean met) {
        return met == null ? "" : met ? "yes" : "**no**";
    }
}
