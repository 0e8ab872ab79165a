package io.github.djlcachex.cli;

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
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

class TransferCommandsTest {

    @TempDir Path directory;
    @TempDir Path out;

    @BeforeEach
    void fill() {
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("m").open()) {
            RowBatch rows = RowBatch.allocate(RowSchema.of(Column.of(ElementType.FLOAT32, 4)), 100);
            long[] ids = new long[100];
            for (int row = 0; row < ids.length; row++) {
                ids[row] = row;
                rows.buffer(0).putFloat(row * 16, row);
            }
            cache.put(Keys.of(ids), rows);
            cache.flush();
        }
    }

    @Test
    void exportThenImport_moveRowsAndTellHowMany() {
        Path file = out.resolve("m.arrow");
        assertThat(CliRun.of("export", "arrow", "m", file, "-d", directory, "--half").ok().out())
                .startsWith("100 rows in 1 file, ");
        CliRun first = CliRun.of("import", "arrow", file, "copy", "-d", directory);
        assertThat(first.ok().out()).isEqualTo("100 rows stored, 0 there already, from 1 file\n");
        CliRun again = CliRun.of("import", "arrow", file, "copy", "-d", directory);
        assertThat(again.ok().out()).isEqualTo("0 rows stored, 100 there already, from 1 file\n");
    }

    @Test
    void csv_goesOutAndIn_andABadNumberIsNamedWithItsLine() throws IOException {
        Path file = out.resolve("m.csv");
        CliRun.of("export", "csv", "m", file, "-d", directory).ok();
        assertThat(Files.readAllLines(file)).hasSize(101).contains("7,7.0,0.0,0.0,0.0");
        CliRun in = CliRun.of("import", "csv", file, "m", "-d", directory);
        assertThat(in.ok().out()).isEqualTo("0 rows stored, 100 there already, from 1 file\n");
        Files.writeString(file, "id,v_0\n1,1.5\n2,x\n");
        CliRun bad = CliRun.of("import", "csv", file, "bad", "-d", directory);
        assertThat(bad.exit()).isNotZero();
        assertThat(bad.err()).contains("line 3").contains("'x'");
    }

    @Test
    void export_wrongArguments_areUsage() throws IOException {
        Path file = Files.writeString(out.resolve("there.arrow"), "mine");
        CliRun.of("export", "arrow", "m", file, "-d", directory).exits(ExitCode.USAGE);
        assertThat(file).hasContent("mine");
        CliRun.of("export", "xls", "m", file, "-d", directory).exits(ExitCode.USAGE);
        CliRun.of("export", "arrow", "other", file, "-d", directory).exits(ExitCode.NO_CACHE);
        CliRun parquet =
                CliRun.of("export", "parquet", "m", out.resolve("p.parquet"), "-d", directory);
        assertThat(parquet.exits(ExitCode.USAGE).err()).contains("djlcachex-parquet");
    }

    @Test
    void export_damagedRows_exitsWithProblems() throws IOException {
        Path segment;
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("m").open()) {
            segment = cache.segments().get(0).file();
        }
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {77}), channel.size() / 2);
        }
        CliRun run = CliRun.of("export", "npy", "m", out.resolve("m.npy"), "-d", directory);
        assertThat(run.exits(ExitCode.PROBLEMS).err()).contains("1 damaged row left out");
        assertThat(run.out()).startsWith("99 rows in 2 files");
    }

    @Test
    void import_anIdWithAnotherRow_exitsWithProblems() {
        Path file = out.resolve("m.npy");
        CliRun.of("export", "npy", "m", file, "-d", directory).ok();
        Path ids = out.resolve("ids.txt");
        CliRun.of("import", "npy", file, "copy", "-d", directory).ok();
        StringBuilder lines = new StringBuilder();
        for (int row = 99; row >= 0; row--) {
            lines.append(row).append('\n');
        }
        try {
            Files.writeString(ids, lines);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        CliRun conflict =
                CliRun.of(
                        "import",
                        "npy",
                        file,
                        "copy",
                        "-d",
                        directory,
                        "--ids",
                        ids,
                        "--key-type",
                        "int64");
        assertThat(conflict.exits(ExitCode.PROBLEMS).err()).contains("row of id");
    }
}
