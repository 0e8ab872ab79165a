package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.SnapshotPart;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

class StatsCommandTest {

    @TempDir Path root;

    private void fill(int rows) {
        try (FeatureCache cache = TestCaches.at(root, "odd", "v1").open()) {
            for (int i = 0; i < rows; i++) {
                cache.put("id-" + i, new float[] {i, 0, 5, -i});
            }
            cache.put("copy", new float[] {1, 0, 5, -1});
            cache.put("nan", new float[] {Float.NaN, 0, 5, Float.POSITIVE_INFINITY});
        }
    }

    @Test
    void figures_areThoseOfTheValues() {
        fill(101);
        JsonFields json =
                JsonFields.of(CliRun.of("stats", "-d", root, "odd", "--format", "json").ok().out());
        assertThat(json.get("/rows")).isEqualTo("103");
        assertThat(json.get("/duplicates")).isEqualTo("1");
        assertThat(json.get("/columns/0/values")).isEqualTo("412");
        assertThat(json.get("/columns/0/nans")).isEqualTo("1");
        assertThat(json.get("/columns/0/infinite")).isEqualTo("1");
        assertThat(json.get("/columns/0/min")).isEqualTo("-100.0");
        assertThat(json.get("/columns/0/max")).isEqualTo("100.0");
        double mean = 103 * 5 / 410.0;
        assertThat(Double.parseDouble(json.get("/columns/0/mean"))).isCloseTo(mean, offset(1e-9));
        assertThat(json.get("/columns/0/constant/0")).isEqualTo("1");
        assertThat(json.get("/columns/0/constant/1")).isEqualTo("2");
        assertThat(json.get("/columns/0/dead/0")).isEqualTo("1");
        assertThat(json.get("/columns/0/dead/1")).isEqualTo("null");
        assertThat(json.get("/columns/0/p50")).isEqualTo("0.0");
        assertThat(json.form())
                .containsExactly(
                        "/columns/*/column",
                        "/columns/*/constant/*",
                        "/columns/*/dead/*",
                        "/columns/*/infinite",
                        "/columns/*/max",
                        "/columns/*/mean",
                        "/columns/*/min",
                        "/columns/*/name",
                        "/columns/*/nans",
                        "/columns/*/p1",
                        "/columns/*/p25",
                        "/columns/*/p5",
                        "/columns/*/p50",
                        "/columns/*/p75",
                        "/columns/*/p95",
                        "/columns/*/p99",
                        "/columns/*/sd",
                        "/columns/*/values",
                        "/command",
                        "/duplicates",
                        "/generation",
                        "/rows",
                        "/version");
    }

    @Test
    void table_fits80Columns_andNamesDimensions() {
        fill(20);
        CliRun run = CliRun.terminal().run("stats", "-d", root, "odd").exits(ExitCode.OK);
        assertThat(run.lines()).allMatch(line -> line.length() <= 80);
        assertThat(run.out()).contains("2 dimensions: 1 2", "1 dimension: 1", "1 duplicate");
        assertThat(CliRun.of("stats", "-d", root, "odd", "--format", "csv").ok().lines())
                .hasSize(2);
    }

    @Test
    void sample_takesAShareOfTheRows() {
        fill(1000);
        String out =
                CliRun.of("stats", "-d", root, "odd", "--sample", "10%", "--format", "json")
                        .ok()
                        .out();
        assertThat(Long.parseLong(JsonFields.of(out).get("/rows"))).isBetween(50L, 200L);
        CliRun.of("stats", "-d", root, "odd", "--sample", "x").exits(ExitCode.USAGE);
        CliRun.of("stats", "-d", root, "none").exits(ExitCode.NO_CACHE);
    }

    @Test
    void sample_readsSomeFilesAlone_andTakesAsManyRows() {
        TestCaches.fill(root, "many", "v1", 50, 20);
        try (FeatureCache cache = TestCaches.at(root, "many", "v1").readOnly(true).open()) {
            List<SnapshotPart> parts = cache.snapshot().parts();
            PartSample sample = PartSample.of(parts, 0.02, 1);
            assertThat(sample.parts()).hasSize(16).isSubsetOf(parts);
            assertThat(sample.share()).isCloseTo(0.02 * 50 / 16, offset(1e-3));
            assertThat(PartSample.of(parts, 1, 1).parts()).isEqualTo(parts);
            assertThat(RowMap.of(cache.snapshot(), 10, "/").points()).hasSize(10);
        }
    }
}
