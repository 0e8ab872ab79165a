package io.github.djlcachex.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.row.InvalidOptionException;

import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

import java.util.Map;

/** Which device a task's extractor is opened on. */
class FillTaskTest {

    private static Map<String, ResourceInformation> gpus(String... addresses) {
        return Map.of("gpu", new ResourceInformation("gpu", addresses));
    }

    @Test
    void gpu_ofATask_isTheFirstThatSparkGivesIt() {
        assertThat(FillTask.gpuOf(gpus("3", "1"))).isEqualTo(3);
        assertThat(FillTask.gpuOf(gpus())).isEqualTo(-1);
        assertThat(FillTask.gpuOf(Map.of())).isEqualTo(-1);
    }

    @Test
    void gpu_whoseAddressIsNoNumber_isRefused() {
        assertThatThrownBy(() -> FillTask.gpuOf(gpus("GPU-8f6b")))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("GPU-8f6b")
                .hasMessageContaining("discovery script");
    }
}
