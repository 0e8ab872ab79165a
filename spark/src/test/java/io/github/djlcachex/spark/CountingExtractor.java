package io.github.djlcachex.spark;

import org.apache.spark.sql.Row;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An extractor of 16 floats a row, which notes every row that it computes in a file of its JVM. The
 * files outlive the JVMs.
 *
 * @param folder where the files are
 */
record CountingExtractor(String folder) implements ExtractorFactory {

    static final int LENGTH = 16;

    @Override
    public Extractor open(ExecutorContext context) throws IOException {
        Path calls = callsOf(folder);
        return Extractor.ofVectors("counting", rows -> vectors(rows, calls));
    }

    /** Returns a file for the calls of this JVM. */
    static Path callsOf(String folder) throws IOException {
        String name = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        return Files.createDirectories(Path.of(folder)).resolve(name);
    }

    /** Tells whether a JVM lives that has computed rows. */
    static boolean anyJvmLives(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString().split("-", 2)[0])
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                    .anyMatch(ProcessHandle::isAlive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Computes rows, and notes them. */
    static float[][] vectors(List<Row> rows, Path calls) throws IOException {
        StringBuilder ids = new StringBuilder();
        float[][] vectors = new float[rows.size()][];
        for (int i = 0; i < vectors.length; i++) {
            long id = rows.get(i).getAs("id");
            ids.append(id).append('\n');
            vectors[i] = vector(id);
        }
        Files.writeString(
                calls,
                ids,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return vectors;
    }

    /** Returns the features of an id, by which a test tells a wrong row. */
    static float[] vector(long id) {
        float[] vector = new float[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            vector[i] = id * 31 + i * 0.25f;
        }
        return vector;
    }

    /** Returns the ids that were computed, one for each time. */
    static List<Long> computed(Path folder) throws IOException {
        List<Long> ids = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.readAllLines(file).forEach(line -> ids.add(Long.parseLong(line)));
                }
            }
        }
        return ids;
    }
}
