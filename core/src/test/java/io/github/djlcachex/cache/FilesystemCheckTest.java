package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.CacheIoException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

class FilesystemCheckTest {

    @TempDir Path root;

    @Test
    void run_withASecondJvm_findsEveryTrait_andLeavesNothing() throws IOException {
        Files.writeString(root.resolve("mine"), "stays");
        FilesystemReport report = FilesystemCheck.run(root);
        assertThat(report.findings())
                .extracting(FilesystemFinding::trait)
                .containsExactly(FilesystemTrait.values());
        assertThat(report.findings())
                .filteredOn(f -> f.trait() == FilesystemTrait.SECOND_PROCESS)
                .allMatch(f -> f.level() == FindingLevel.GOOD);
        Path mapLimit = Path.of("/proc/sys/vm/max_map_count");
        if (Files.exists(mapLimit)) {
            long limit =
                    Long.parseLong(
                            new String(
                                            Files.newInputStream(mapLimit).readNBytes(64),
                                            StandardCharsets.US_ASCII)
                                    .strip());
            assertThat(report.findings())
                    .filteredOn(f -> f.trait() == FilesystemTrait.MAP_LIMIT)
                    .allMatch(
                            f -> f.observed().contains(String.format(Locale.ROOT, "%,d ", limit)));
        }
        assertThat(report.isSuitable()).as(report.toString()).isTrue();
        assertThat(report.filesystemType()).isNotEmpty();
        assertThat(root).isDirectoryContaining("glob:**mine");
        try (var names = Files.list(root)) {
            assertThat(names).hasSize(1);
        }
    }

    @Test
    void run_whereNothingCanBeWritten_saysSo() throws IOException {
        Path file = Files.createFile(root.resolve("file"));
        for (Path unfit : new Path[] {file, root.resolve("none")}) {
            assertThatThrownBy(() -> FilesystemCheck.run(unfit))
                    .isInstanceOf(CacheIoException.class)
                    .hasMessageContaining(unfit.toString());
        }
    }
}
