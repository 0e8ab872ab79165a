package io.github.djlcachex.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class ReportTest {

    private static final Host HOST = new Host("a machine", "a JVM", "abc");
    private static final Figure WHOLE =
            Figure.of("gather", "rows/s", 1_234_567)
                    .beside(2_000_000)
                    .goal(Goal.ratioAtLeast(0.55));
    private static final String CLAIM = "put + flush 2 KiB, fsync, sustained";
    private static final Figure BARE = Figure.of("heap", "bytes", 0.5);

    @Test
    void json_ofFigure_hasTheSevenFields() {
        JsonObject json = JsonParser.parseString(report().toJson()).getAsJsonObject();

        assertThat(json.keySet()).containsExactly("machine", "jdk", "commit", "figures");
        JsonObject figure = json.getAsJsonArray("figures").get(0).getAsJsonObject();
        assertThat(figure.keySet())
                .containsExactly("name", "unit", "value", "limit", "ratio", "goal", "met");
        assertThat(figure.get("value").getAsLong()).isEqualTo(1_235_000);
        assertThat(figure.get("ratio").getAsDouble()).isEqualTo(0.6173);
        assertThat(figure.get("met").getAsBoolean()).isTrue();
    }

    @Test
    void json_ofFigureAlone_hasNulls() {
        JsonObject json = JsonParser.parseString(report().toJson()).getAsJsonObject();

        JsonObject figure = json.getAsJsonArray("figures").get(1).getAsJsonObject();
        assertThat(figure.get("limit").isJsonNull()).isTrue();
        assertThat(figure.get("goal").isJsonNull()).isTrue();
        assertThat(figure.get("met").isJsonNull()).isTrue();
    }

    @Test
    void markdown_ofFigure_isOneLineOfTheTable() {
        assertThat(report().toMarkdown())
                .contains(
                        "| gather | rows/s | 1,235,000 | 2,000,000 | 0.6173 | ratio >= 0.55 | yes |")
                .contains("| heap | bytes | 0.5 |  |  |  |  |");
    }

    @Test
    void charts_ofPoints_areWritten(@TempDir Path directory) throws IOException {
        List<Figure> figures =
                List.of(
                        Figure.of(ScalePart.OPEN + ScalePart.count(10_000), "ms", 3),
                        Figure.of(ScalePart.OPEN + ScalePart.count(1_000_000), "ms", 30));

        Charts.write(figures, directory);

        assertThat(directory.resolve("scale.png")).isNotEmptyFile();
        assertThat(Files.exists(directory.resolve("epoch.png"))).isFalse();
    }

    @Test
    void charts_ofBars_areWritten(@TempDir Path directory) throws IOException {
        List<Figure> figures =
                List.of(
                        Figure.of(PeersPart.READ_RATE + "one", "rows/s", 3_000_000),
                        Figure.of(PeersPart.READ_RATE + "two", "rows/s", 11_000),
                        Figure.of(EpochPart.CHARTED + "hits", "ms", 200).beside(190),
                        Figure.of(EpochPart.CHARTED + "misses", "ms", 8000).beside(7900));

        Charts.write(figures, directory);

        assertThat(directory.resolve("read-rate.png")).isNotEmptyFile();
        assertThat(directory.resolve("epoch.png")).isNotEmptyFile();
    }

    @Test
    void table_ofDocument_isReplacedByTheFiguresThatCarryAClaim(@TempDir Path directory)
            throws IOException {
        Path document = directory.resolve("BENCHMARKS.md");
        String start = "before <!-- figures: written by the benchmark -->";
        String end = "<!-- end of figures --> after";
        Files.writeString(document, start + "old" + end);

        Report report = new Report(HOST, List.of(WHOLE, Figure.of(CLAIM, "rows/s", 1), BARE));
        report.writeTable(document);
        report.writeTable(document);

        assertThat(document)
                .content()
                .startsWith(start)
                .endsWith(end)
                .containsOnlyOnce("| " + CLAIM + " |")
                .doesNotContain("old", "| gather |", "| heap |");
    }

    private static Report report() {
        return new Report(HOST, List.of(WHOLE, BARE));
    }
}
