package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** Which process of a run a cache says it belongs to. */
class ProcessRankTest {

    private static final Map<String, String> LAUNCHED = Map.of("RANK", "2", "WORLD_SIZE", "4");

    @TempDir Path directory;

    private FeatureCacheBuilder cache() {
        return FeatureCache.builder().directory(directory).moduleId("module");
    }

    @Test
    void rank_givenToTheBuilder_winsOverTheEnvironment() {
        try (FeatureCache cache = cache().environment(LAUNCHED).rank(1, 3).open()) {
            assertThat(cache.rank()).isEqualTo(ProcessRank.of(1, 3)).hasToString("rank 1 of 3");
            assertThat(cache.rank()).isNotEqualTo(ProcessRank.of(1, 4));
        }
    }

    @Test
    void rank_notGiven_isThatOfTheLauncher() {
        try (FeatureCache cache = cache().environment(LAUNCHED).readOnly(true).open()) {
            assertThat(cache.rank()).isEqualTo(ProcessRank.of(2, 4));
        }
        assertThat(ProcessRank.ofEnvironment(LAUNCHED)).isEqualTo(ProcessRank.of(2, 4));
    }

    @Test
    void rank_withoutALauncher_isZeroOfOne() {
        try (FeatureCache cache = cache().environment(Map.of()).open()) {
            assertThat(cache.rank().rank()).isZero();
            assertThat(cache.rank().worldSize()).isOne();
        }
    }

    @Test
    void open_inAnEnvironmentThatIsNoNumber_failsWhenTheRankIsAskedFor() {
        Map<String, String> wrong = Map.of("RANK", "two", "WORLD_SIZE", "4");
        try (FeatureCache cache = cache().environment(wrong).open()) {
            assertThatThrownBy(cache::rank)
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("RANK");
        }
    }

    @Test
    void of_aRankThatDoesNotExist_isRefused() {
        assertThatThrownBy(() -> ProcessRank.of(3, 3))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("rank 3 of 3");
    }
}
