package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What an export that was killed leaves, and who deletes it. */
class KilledExportTest {

    private static final int HALTED = 7;

    @TempDir Path directory;
    @TempDir Path out;

    @BeforeEach
    void fill() {
        try (FeatureCache cache = open(directory)) {
            RowBatch rows = RowBatch.allocate(RowSchema.of(Column.of(ElementType.FLOAT32, 4)), 1);
            cache.put(Keys.of(1), rows);
            cache.flush();
        }
    }

    /** Exports, and dies with the first rows written. Arguments: cache directory, target. */
    public static void main(String[] args) {
        try (FeatureCache cache = open(Path.of(args[0]))) {
            exporter(cache, Path.of(args[1]))
                    .listener(progress -> Runtime.getRuntime().halt(HALTED))
                    .run();
        }
    }

    @Test
    void export_afterAKilledOne_deletesWhatItLeft() throws IOException, InterruptedException {
        kill(out.resolve("v.arrow"));
        kill(out.resolve("other.arrow"));
        assertThat(names()).hasSize(4);
        try (FeatureCache cache = open(directory)) {
            exporter(cache, out.resolve("v.arrow")).run();
        }
        assertThat(names())
                .hasSize(3)
                .contains("v.arrow")
                .noneMatch(name -> name.startsWith(".v.arrow."));
    }

    @Test
    void export_besideARunningOneOfTheSameTarget_leavesItsFiles() {
        try (FeatureCache cache = open(directory)) {
            ExportReport report =
                    exporter(cache, out.resolve("v.arrow"))
                            .overwrite(true)
                            .listener(
                                    progress ->
                                            exporter(cache, out.resolve("v.arrow"))
                                                    .overwrite(true)
                                                    .run())
                            .run();
            assertThat(report.rows()).isEqualTo(1);
        }
        assertThat(names()).containsExactly("v.arrow");
    }

    private void kill(Path target) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledExportTest.class.getName(),
                        directory.toString(),
                        target.toString()));
        Path log = directory.resolve("child.log");
        int exit =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();
        assertThat(exit).as("%s", Files.readString(log)).isEqualTo(HALTED);
    }

    private List<String> names() {
        try (Stream<Path> listed = Files.list(out)) {
            return listed.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static FeatureCache open(Path directory) {
        return FeatureCache.builder().directory(directory).moduleId("m").open();
    }

    private static CacheExporter exporter(FeatureCache cache, Path target) {
        return CacheExporter.builder().cache(cache).format(FileFormat.ARROW).target(target);
    }
}
