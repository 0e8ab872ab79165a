package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.FullQueuePolicy;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.WriteMode;
import io.github.djlcachex.row.InvalidOptionException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The builder: limits, contradictions, and stores that are open already. */
class StoreOptionsTest {

    private static final long DAY_MS = 86_400_000;

    @TempDir Path directory;

    private static FeatureCacheBuilder set(String option, long value) {
        FeatureCacheBuilder builder = FeatureCache.builder();
        return switch (option) {
            case "memoryTierBytes" -> builder.memoryTierBytes(value);
            case "segmentBytes" -> builder.segmentBytes(value);
            case "segmentRows" -> builder.segmentRows((int) value);
            case "readThreads" -> builder.readThreads((int) value);
            case "flushDelay" -> builder.flushDelay(Duration.ofMillis(value));
            case "writeQueueBytes" -> builder.writeQueueBytes(value);
            case "putTimeout" -> builder.putTimeout(Duration.ofMillis(value));
            case "refreshInterval" -> builder.refreshInterval(Duration.ofMillis(value));
            case "closeTimeout" -> builder.closeTimeout(Duration.ofMillis(value));
            default -> throw new IllegalArgumentException(option);
        };
    }

    private static void assertRefused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll(parts);
    }

    @ParameterizedTest
    @CsvSource({
        "memoryTierBytes, 0, 1125899906842624",
        "segmentBytes, 4096, 268435456",
        "segmentRows, 1, 2147483647",
        "readThreads, 1, 64",
        "writeQueueBytes, 4096, 1125899906842624"
    })
    void option_outOfItsLimits_isRefusedWithTheValue(String option, long min, long max) {
        assertThat(set(option, min)).isNotNull();
        assertThat(set(option, max)).isNotNull();
        assertRefused(
                () -> set(option, min - 1), option, Long.toString(min - 1), Long.toString(max));
        if (max < Integer.MAX_VALUE || !option.equals("segmentRows")) {
            assertRefused(() -> set(option, max + 1), option, Long.toString(max + 1));
        }
        if (!List.of("segmentRows", "readThreads").contains(option)) {
            assertRefused(() -> set(option, Long.MIN_VALUE), option);
            assertRefused(() -> set(option, Long.MAX_VALUE), option);
        }
    }

    @ParameterizedTest
    @CsvSource({"flushDelay, 1", "putTimeout, 0", "refreshInterval, 0", "closeTimeout, 0"})
    void time_outOfItsLimits_isRefusedWithTheValue(String option, long min) {
        assertThat(set(option, min)).isNotNull();
        assertThat(set(option, DAY_MS)).isNotNull();
        assertRefused(() -> set(option, min - 1), option, "PT24H");
        assertRefused(() -> set(option, DAY_MS + 1), option, "PT24H0.001S");
        assertRefused(() -> set(option, Long.MIN_VALUE), option);
        assertRefused(() -> set(option, Long.MAX_VALUE), option);
    }

    /** Or the shortest interval would turn the refresh off. */
    @Test
    void time_ofLessThanAMillisecond_isRoundedUp() {
        assertThat(StoreOption.REFRESH_INTERVAL_MS.checkedMillis(Duration.ofNanos(1))).isOne();
        assertThat(StoreOption.REFRESH_INTERVAL_MS.checkedMillis(Duration.ZERO)).isZero();
    }

    @Test
    void option_setTwiceToOtherValues_isRefusedWithBoth() {
        FeatureCacheBuilder builder = FeatureCache.builder().segmentRows(5).segmentRows(5);
        assertRefused(() -> builder.segmentRows(6), "segmentRows", "5", "6");
        builder.readMode(ReadMode.MAPPED);
        assertRefused(() -> builder.readMode(ReadMode.POSITIONAL), "MAPPED", "POSITIONAL");
        builder.shutdownHook(true);
        assertRefused(() -> builder.shutdownHook(false), "shutdownHook");
        builder.checksumPolicy(ChecksumPolicy.OFF).writeMode(WriteMode.BACKGROUND);
        assertRefused(() -> builder.checksumPolicy(ChecksumPolicy.EVERY_READ), "OFF");
        assertRefused(() -> builder.writeMode(WriteMode.SYNCHRONOUS), "SYNCHRONOUS");
        builder.durability(Durability.OS).whenQueueFull(FullQueuePolicy.WAIT);
        assertRefused(() -> builder.durability(Durability.FSYNC), "FSYNC");
        assertRefused(() -> builder.whenQueueFull(FullQueuePolicy.DECLINE), "DECLINE");
    }

    @Test
    void open_withoutRequiredOptions_isRefusedByName() {
        assertRefused(() -> FeatureCache.builder().moduleId("m").open(), "directory");
        assertRefused(() -> FeatureCache.builder().directory(directory).open(), "moduleId");
    }

    @Test
    void open_withAnIllegalModuleId_isRefused() {
        for (String id : List.of("", "  \t\n", "x".repeat(4097), "a\uD800", "\uDC00")) {
            assertRefused(
                    () -> FeatureCache.builder().directory(directory).moduleId(id).open(),
                    "moduleId");
        }
        assertRefused(() -> Caches.at(directory).fingerprint("\uD800").open(), "fingerprint");
        FeatureCache.builder().directory(directory).moduleId("x".repeat(4096)).open().close();
    }

    @Test
    void open_readOnlyWithAWriterRank_isRefused() {
        assertRefused(
                () -> Caches.at(directory).readOnly(true).writerRank(3).open(),
                "readOnly",
                "writerRank 3");
    }

    @Test
    void open_ofAnOpenStoreWithOtherValues_isRefusedAndHarmsNobody() {
        try (FeatureCache first = Caches.at(directory).segmentRows(5).open()) {
            assertRefused(
                    () -> Caches.at(directory).segmentRows(6).open(), "segmentRows", "5", "6");
            assertRefused(
                    () -> Caches.at(directory).durability(Durability.OS).open(),
                    "durability",
                    "FSYNC",
                    "OS");
            try (FeatureCache second = Caches.at(directory).segmentRows(5).open();
                    FeatureCache third = Caches.at(directory).open()) {
                assertThat(second.isWritable()).isTrue();
                assertThat(third.isWritable()).isTrue();
            }
            assertThat(first.isClosed()).isFalse();
            assertThat(first.rowCount()).isZero();
        }
        Caches.at(directory).segmentRows(6).open().close();
    }

    @Test
    void defaults_areWithinTheirOwnLimits() {
        for (StoreOption option : StoreOption.values()) {
            boolean never = option == StoreOption.EXPIRE_AFTER_WRITE_MS; // which no setter takes
            if (option.defaultValue() instanceof Long value && !never) {
                option.check(value);
            }
        }
        StoreOptions options = new StoreOptions(Map.of());
        assertThat(options.flushDelayMs()).isEqualTo(30_000);
        assertThat(options.putTimeoutMs()).isEqualTo(10_000);
        assertThat(options.refreshIntervalMs()).isEqualTo(2_000);
        assertThat(options.closeTimeoutMs()).isEqualTo(60_000).isLessThan(DAY_MS);
        assertThat(options.waitWhenQueueFull()).isTrue();
        assertThat(options.synchronousWrites()).isFalse();
        assertThat(options.verifies()).isTrue();
        assertThat(options.verifiesOnce()).isFalse();
        assertThat(options.readMode(ReadMode.AUTOMATIC)).isTrue();
        assertThat(options.fsync()).isTrue();
        assertThat(options.shutdownHook()).isTrue();
        assertThat(options.segmentRows()).isEqualTo(Integer.MAX_VALUE);
    }
}
