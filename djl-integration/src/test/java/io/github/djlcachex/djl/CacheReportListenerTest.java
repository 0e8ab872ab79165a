package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.metric.Metrics;
import ai.djl.metric.Unit;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.loss.Loss;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.HostName;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the listener says, with a clock on which computing a row takes 2 ms, and each look at it
 * another 2 ms.
 */
class CacheReportListenerTest {

    private static final Duration STEP = Duration.ofMillis(2);

    @TempDir Path directory;

    private final TestClock clock = new TestClock(STEP);
    private final List<String> lines = new ArrayList<>();
    private boolean training;

    private CacheBlockDecorator decorator() {
        return timed(Decorated.in(directory).optMinBatchRows(1));
    }

    private CacheBlockDecorator timed(CacheBlockDecoratorBuilder builder) {
        CacheBlockDecorator decorator = builder.setBlock(new SpyBlock(this::slowly)).build();
        decorator.times().setNanoClock(clock);
        return decorator;
    }

    private NDList slowly(NDList inputs) {
        if (training) {
            clock.advance(Duration.ofMillis(2 * inputs.head().getShape().get(0)));
        }
        return new NDList(inputs.head().mul(2).add(1));
    }

    private CacheReportListenerBuilder reports(CacheBlockDecorator... decorators) {
        return CacheReportListener.builder().setDecorators(decorators).optLines(lines::add);
    }

    /** Fits a head and returns the metrics. */
    private Metrics fit(
            CacheBlockDecorator decorator,
            CacheReportListenerBuilder reports,
            int epochs,
            Dataset train,
            @Nullable Dataset validation)
            throws Exception {
        Metrics metrics = new Metrics();
        try (Model model = Model.newInstance("head", "PyTorch")) {
            model.setBlock(
                    new SequentialBlock().add(decorator).add(Linear.builder().setUnits(1).build()));
            DefaultTrainingConfig config = new DefaultTrainingConfig(Loss.l2Loss());
            config.addTrainingListeners(reports.build(clock::peek));
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.setMetrics(metrics);
                trainer.initialize(new Shape(4, 1));
                training = true;
                EasyTrain.fit(trainer, epochs, train, validation);
            } finally {
                training = false;
            }
        }
        return metrics;
    }

    private static Folds.Fold data() throws Exception {
        return Folds.builder().setDataset(FoldData.of(20)).split(0.6, 0.4);
    }

    /**
     * Returns a line without what depends on the size of the files, and on when they are written.
     */
    private static String untilDisk(String line) {
        return line.replaceAll("[0-9.]+ k?B on disk", "DISK")
                .replaceAll("[0-9]+ B waiting", "WAITING")
                .replaceAll("disk [0-9]+, memory 0, waiting [0-9]+", "TIERS");
    }

    @Test
    void epochs_withValidation_areReportedExactly() throws Exception {
        CacheBlockDecorator decorator = decorator();
        fit(decorator, reports(decorator), 2, data().train(), data().validation());
        decorator.close();
        String place = decorator.cache().directory().toString();
        assertThat(lines.stream().map(CacheReportListenerTest::untilDisk))
                .containsExactly(
                        "epoch 1 | 0.12 s | features 0/20 from cache (TIERS) |"
                                + " read 0.02 s, computed 20 in 0.05 s, stored 0.01 s | about -0.03 s"
                                + " saved (2.50 ms a row, measured here over 12 rows) | WAITING |"
                                + " DISK",
                        "epoch 2 | 0.02 s | features 20/20 from cache (TIERS)"
                                + " | read 0.01 s, computed 0 in 0.00 s, stored 0.00 s | about 0.04 s"
                                + " saved (2.50 ms a row, measured here over 12 rows) | WAITING |"
                                + " DISK",
                        "training of 2 epochs | 0.14 s | features 20/40 from cache (TIERS)"
                                + " | read 0.03 s, computed 20 in 0.05 s, stored 0.01"
                                + " s | about 0.01 s saved (2.50 ms a row, measured here over 12"
                                + " rows) | WAITING | DISK | in "
                                + place);
    }

    @Test
    void epochs_withoutValidation_areReportedToo() throws Exception {
        try (CacheBlockDecorator decorator = decorator()) {
            fit(decorator, reports(decorator), 1, data().train(), null);
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0)).contains("epoch 1 |", "features 0/12 from cache");
        }
    }

    @Test
    void aRunOfHits_takesTheCostThatAnEarlierRunLeft() throws Exception {
        try (CacheBlockDecorator first = decorator()) {
            fit(first, reports(first), 1, data().train(), data().validation());
        }
        lines.clear();
        try (CacheBlockDecorator second = decorator()) {
            fit(second, reports(second), 1, data().train(), data().validation());
            assertThat(lines.get(0))
                    .contains(
                            "features 20/20 from cache (disk 20, memory 0, waiting 0)",
                            "about 0.04 s saved (2.50 ms a row, measured before on cpu() of "
                                    + HostName.get()
                                    + " over 12 rows)",
                            "0 B waiting");
            assertThat(second.stats().computedRows()).isZero();
        }
    }

    @Test
    void savedTime_withoutABasis_isUnknown() throws Exception {
        Folds.Fold few = Folds.builder().setDataset(FoldData.of(8)).split(0.5, 0.5);
        Path json = directory.resolve("report.jsonl");
        try (CacheBlockDecorator decorator = decorator()) {
            // two batches alone: both are the warm-up
            fit(decorator, reports(decorator), 1, few.train(), few.validation());
        }
        lines.clear();
        try (CacheBlockDecorator decorator = decorator()) {
            fit(decorator, reports(decorator).optJsonLines(json), 1, few.train(), null);
        }
        assertThat(lines.get(0)).contains("features 4/4", "saved unknown: no row was timed");
        JsonObject report = parse(json).get(0);
        assertThat(report.get("saved_seconds").isJsonNull()).isTrue();
        assertThat(report.get("basis").isJsonNull()).isTrue();
    }

    @Test
    void twoDecorators_onOneStore_countItsTiersOnce() throws Exception {
        try (FeatureCache cache =
                        FeatureCache.builder().directory(directory).moduleId("shared").open();
                NDManager manager = NDManager.newBaseManager("PyTorch");
                CacheBlockDecorator one =
                        timed(
                                CacheBlockDecorator.builder()
                                        .optAudit(AuditMode.OFF)
                                        .setCache(cache));
                CacheBlockDecorator other =
                        timed(
                                CacheBlockDecorator.builder()
                                        .optAudit(AuditMode.OFF)
                                        .setCache(cache))) {
            EpochReporter reporter = new EpochReporter(List.of(one, other), clock::peek);
            reporter.begin();
            for (CacheBlockDecorator decorator : List.of(one, other)) {
                NDList inputs = new NDList(manager.arange(8f).reshape(8, 1));
                Decorated.run(decorator, manager, CacheIds.attach(inputs, 0, 1, 2, 3, 4, 5, 6, 7));
            }
            EpochReport report = reporter.epoch();
            assertThat(report.rows()).isEqualTo(new EpochReport.Rows(8, 8, 8, 0, 0, 0, 8, 0, 0));
            assertThat(report.space().places()).hasSize(1);
            assertThat(report.space().pendingBytes()).isEqualTo(8 * Float.BYTES);
            cache.flush();
            assertThat(reporter.epoch().space().pendingBytes()).isZero();
            assertThat(reporter.epoch().rows())
                    .isEqualTo(new EpochReport.Rows(0, 0, 0, 0, 0, 0, 0, 0, 0));
        }
    }

    @Test
    void jsonLines_parsedBack_haveTheNumbers() throws Exception {
        Path json = directory.resolve("report.jsonl");
        try (CacheBlockDecorator decorator = decorator()) {
            CacheReportListenerBuilder reports = reports(decorator).optJsonLines(json);
            fit(decorator, reports, 2, data().train(), data().validation());
            List<JsonObject> reported = parse(json);
            assertThat(reported).hasSize(3);
            JsonObject second = reported.get(1);
            assertThat(second.get("event").getAsString()).isEqualTo("epoch");
            assertThat(second.get("epoch").getAsInt()).isEqualTo(2);
            assertThat(second.get("hits").getAsLong()).isEqualTo(20);
            long tiers =
                    second.get("waiting_hits").getAsLong() + second.get("disk_hits").getAsLong();
            assertThat(tiers).isEqualTo(20); // a flush has begun at the end of the epoch
            assertThat(second.get("misses").getAsLong()).isZero();
            assertThat(second.get("read_seconds").getAsDouble()).isEqualTo(0.01, within(1e-12));
            assertThat(second.get("saved_seconds").getAsDouble()).isEqualTo(0.04, within(1e-12));
            assertThat(second.get("row_cost_seconds").getAsDouble())
                    .isEqualTo(0.0025, within(1e-12));
            assertThat(second.get("waiting_bytes").getAsLong()).isBetween(0L, 80L);
            assertThat(second.get("disk_bytes").getAsLong()).isPositive();
            assertThat(reported.get(0).get("saved_seconds").getAsDouble()).isNegative();
            assertThat(reported.get(2).get("event").getAsString()).isEqualTo("training");
            assertThat(reported.get(2).get("epochs").getAsInt()).isEqualTo(2);
        }
    }

    private static List<JsonObject> parse(Path file) throws Exception {
        return Files.readAllLines(file).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    @Test
    void metrics_ofTheTrainer_haveUnits() throws Exception {
        try (CacheBlockDecorator decorator = decorator()) {
            Metrics metrics =
                    fit(decorator, reports(decorator), 2, data().train(), data().validation());
            assertThat(metrics.getMetric("cache_hits")).hasSize(2);
            assertThat(metrics.latestMetric("cache_hits").getValue()).isEqualTo(20);
            assertThat(metrics.latestMetric("cache_hits").getUnit()).isEqualTo(Unit.COUNT);
            assertThat(metrics.latestMetric("cache_misses").getValue()).isZero();
            assertThat(metrics.latestMetric("cache_read").getValue()).isEqualTo(10_000);
            assertThat(metrics.latestMetric("cache_saved").getValue()).isEqualTo(40_000);
            assertThat(metrics.latestMetric("cache_saved").getUnit()).isEqualTo(Unit.MICROSECONDS);
            assertThat(metrics.latestMetric("cache_disk").getUnit()).isEqualTo(Unit.BYTES);
        }
    }

    @Test
    void lines_inALocaleOfOtherDigits_areTheSame() throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        try (CacheBlockDecorator decorator = decorator()) {
            fit(decorator, reports(decorator), 1, data().train(), data().validation());
            assertThat(lines.get(0)).startsWith("epoch 1 | 0.12 s | features 0/20 from cache");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aFileThatCannotBeWritten_isOneWarning() throws Exception {
        Path json = directory.resolve("missing").resolve("report.jsonl");
        try (CacheBlockDecorator decorator = decorator()) {
            CacheReportListenerBuilder reports = reports(decorator).optJsonLines(json);
            String log =
                    Decorated.logOf(
                            () -> {
                                try {
                                    fit(decorator, reports, 2, data().train(), null);
                                } catch (Exception e) {
                                    throw new AssertionError(e);
                                }
                            });
            assertThat(log.split("A report of the cache failed", -1)).hasSize(2);
            assertThat(lines).hasSize(3);
        }
    }

    @Test
    void batchesPastTheCache_areNamed() throws Exception {
        try (CacheBlockDecorator decorator = decorator()) {
            decorator.setEnabled(false);
            fit(decorator, reports(decorator), 1, data().train(), null);
            assertThat(lines.get(0)).contains("features 0/0", "| 3 batches past the cache");
        }
    }

    @Test
    void builders_withoutDecorators_areRefused() {
        assertThatThrownBy(() -> CacheReportListener.builder().build())
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(CacheReportListener::of).isInstanceOf(InvalidOptionException.class);
    }
}
