package io.github.djlcachex.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file of all lines, which the modules of a build share, and the same as a table beside it.
 *
 * <p>A build begins it anew. One that runs a part of the tests keeps the lines of earlier builds,
 * marked as such and with their own dates.
 */
final class ReliabilityReport {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ReliabilityReport() {}

    /** The file; null in an IDE, where there is none. */
    static Path file() {
        String configured = System.getProperty("reliability.report");
        return configured == null ? null : Path.of(configured);
    }

    /** The name of this build. */
    static String build() {
        return String.valueOf(System.getProperty("reliability.build"));
    }

    /** Adds a line, or replaces it. */
    static void add(String test, Map<String, Object> fields) throws IOException {
        Path report = file();
        if (report == null) {
            return;
        }
        Files.createDirectories(report.getParent());
        Path lockFile = report.resolveSibling(report.getFileName() + ".lock");
        try (FileChannel locked =
                FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            locked.lock(); // until it is closed
            Map<String, Map<String, Object>> lines = new TreeMap<>(ReliabilityReport::byNumber);
            for (Map<String, Object> line : lines()) {
                if (ofThisBuild(line) || !Reliability.part().isEmpty()) {
                    line.put("earlierBuild", !ofThisBuild(line));
                    lines.put(String.valueOf(line.get("test")), line);
                }
            }
            fields.put("earlierBuild", false);
            lines.put(test, fields);
            Path written = report.resolveSibling(report.getFileName() + ".new");
            JSON.writeValue(written.toFile(), List.copyOf(lines.values()));
            Files.move(written, report, StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(report.resolveSibling("reliability.md"), table(lines.values()));
        }
    }

    /** The lines so far, of any build. */
    static List<Map<String, Object>> lines() throws IOException {
        List<Map<String, Object>> lines = new ArrayList<>();
        Path report = file();
        if (report != null && Files.exists(report)) {
            for (Object line : JSON.readValue(report.toFile(), ArrayList.class)) {
                Map<String, Object> fields = new LinkedHashMap<>();
                ((Map<?, ?>) line).forEach((key, value) -> fields.put(key.toString(), value));
                lines.add(fields);
            }
        }
        return lines;
    }

    static boolean ofThisBuild(Map<String, Object> line) {
        return build().equals(line.get("build"));
    }

    private static String table(Collection<Map<String, Object>> lines) {
        StringBuilder table =
                new StringBuilder(
                        "| test | runs | lost | wrong | JVM deaths | s | date | JDK | filesystem | |\n");
        table.append("|---|--:|--:|--:|--:|--:|---|---|---|---|\n");
        for (Map<String, Object> line : lines) {
            for (String column : List.of("test", "runs", "lost", "wrong", "jvmDeaths")) {
                table.append("| ").append(line.get(column)).append(' ');
            }
            table.append("| ").append(Math.round(((Number) line.get("seconds")).doubleValue()));
            table.append(" | ").append(date(line)).append(" | ").append(line.get("jdk"));
            table.append(" | ").append(line.get("filesystem"));
            table.append(" | ").append(remark(line)).append(" |\n");
        }
        return table.toString();
    }

    private static String date(Map<String, Object> line) {
        String date = String.valueOf(line.get("date"));
        return Boolean.TRUE.equals(line.get("earlierBuild")) ? date + " (earlier build)" : date;
    }

    private static String remark(Map<String, Object> line) {
        List<String> remarks = new ArrayList<>();
        if (line.get("failed") != null) {
            remarks.add("FAILED");
        }
        if (line.get("skipped") != null) {
            remarks.add("not tested: " + line.get("skipped"));
        }
        if (line.get("note") != null) {
            remarks.add(line.get("note").toString());
        }
        return String.join("; ", remarks);
    }

    private static int byNumber(String first, String second) {
        int byNumber = Integer.compare(number(first), number(second));
        return byNumber != 0 ? byNumber : first.compareTo(second);
    }

    private static int number(String test) {
        return Integer.parseInt(test.replaceFirst("^T(\\d+).*$", "$1"));
    }
}
