package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Who may write: by option, and by what the launchers leave in the environment. */
class WriterPolicyTest {

    @TempDir Path directory;

    private static Map<String, String> environment(String text) {
        Map<String, String> environment = new HashMap<>();
        for (String pair : text.split(" ", -1)) {
            String[] keyValue = pair.split("=", -1);
            if (keyValue.length == 2) {
                environment.put(keyValue[0], keyValue[1]);
            }
        }
        return environment;
    }

    @ParameterizedTest
    @CsvSource({
        "'', -1, -1",
        "RANK=1 WORLD_SIZE=2, 1, 2",
        "RANK=0 WORLD_SIZE=4, 0, 4",
        "RANK=0 WORLD_SIZE=1, -1, -1",
        "RANK=3, -1, -1",
        "WORLD_SIZE=3, -1, -1",
        "SLURM_PROCID=5 SLURM_NTASKS=8, 5, 8",
        "SLURM_PROCID=0 SLURM_NTASKS=1, -1, -1",
        "OMPI_COMM_WORLD_RANK=2 OMPI_COMM_WORLD_SIZE=3, 2, 3",
        "PMI_RANK=1 PMI_SIZE=2, 1, 2",
        "RANK=0 WORLD_SIZE=1 SLURM_PROCID=5 SLURM_NTASKS=8, 5, 8",
        "RANK=1 WORLD_SIZE=2 SLURM_PROCID=5 SLURM_NTASKS=8, 1, 2",
        "LOCAL_RANK=1 LOCAL_WORLD_SIZE=2, -1, -1"
    })
    void detect_ofALaunchersEnvironment_isItsRank(String text, int rank, int size) {
        var detected = WriterPolicy.detect(environment(text));
        if (rank < 0) {
            assertThat(detected).isEmpty();
        } else {
            assertThat(detected).contains(new WriterPolicy.Rank(rank, size));
        }
    }

    @Test
    void detect_ofABrokenEnvironment_isRefusedByNameAndValue() {
        assertThatThrownBy(() -> WriterPolicy.detect(environment("RANK=x WORLD_SIZE=2")))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("RANK")
                .hasMessageContaining("'x'");
        assertThatThrownBy(() -> WriterPolicy.detect(environment("RANK=0 WORLD_SIZE=two")))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("WORLD_SIZE");
        assertThatThrownBy(() -> WriterPolicy.detect(environment("RANK=2 WORLD_SIZE=2")))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("rank 2 of 2");
        // without a writer rank nobody asks
        assertThat(
                        WriterPolicy.of(false, null, null, environment("RANK=x WORLD_SIZE=2"))
                                .isWritable())
                .isTrue();
    }

    @Test
    void policy_ofTheOptions_saysWhoWritesAndWhy() {
        Map<String, String> rank1 = environment("RANK=1 WORLD_SIZE=2");
        assertThat(WriterPolicy.of(true, null, null, rank1).reason()).contains("read-only");
        assertThat(WriterPolicy.of(true, null, null, rank1).isWritable()).isFalse();
        assertThat(WriterPolicy.of(false, null, null, rank1).isWritable()).isTrue();
        assertThat(WriterPolicy.of(false, 0, null, rank1).isWritable()).isFalse();
        assertThat(WriterPolicy.of(false, 0, null, rank1).reason())
                .isEqualTo("this is rank 1 of 2, rank 0 writes");
        assertThat(WriterPolicy.of(false, 1, null, rank1).isWritable()).isTrue();
        assertThat(WriterPolicy.of(false, 0, null, Map.of()).isWritable()).isTrue();
        assertThat(WriterPolicy.of(false, 0, new WriterPolicy.Rank(0, 2), rank1).isWritable())
                .as("the builder's rank comes before the environment's")
                .isTrue();
    }

    @Test
    void writerRank_thatDoesNotExist_isRefused() {
        for (int writer : new int[] {-1, 2, Integer.MAX_VALUE}) {
            assertThatThrownBy(() -> Caches.at(directory).rank(0, 2).writerRank(writer).open())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining(Integer.toString(writer));
        }
        assertThatThrownBy(
                        () ->
                                Seams.environment(Caches.at(directory), Map.of())
                                        .writerRank(1)
                                        .open())
                .isInstanceOf(InvalidOptionException.class);
        for (int[] rank : new int[][] {{-1, 2}, {2, 2}, {0, 0}, {0, -1}}) {
            assertThatThrownBy(() -> FeatureCache.builder().rank(rank[0], rank[1]))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("rank " + rank[0] + " of " + rank[1]);
        }
    }

    @Test
    void environment_ofTheBuilder_isAskedAtOpen() {
        try (FeatureCache cache =
                Seams.environment(Caches.at(directory), environment("PMI_RANK=1 PMI_SIZE=2"))
                        .writerRank(0)
                        .open()) {
            assertThat(cache.isWritable()).isFalse();
        }
    }
}
