package io.github.djlcachex.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** Tensors of every hundredth step of a run. */
class StepTensorsTest {

    @TempDir Path directory;

    @Test
    void train_ofSomeSteps_keepsAndComparesEveryHundredth() {
        List<String> lines = StepTensors.train(directory, 250);
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0))
                .contains("\"step\":0}: [predictions: FLOAT32[64, 1]")
                .contains("01Linear_weight: FLOAT32[4, 8]")
                .endsWith("equal, largest difference 0.0");
        assertThat(lines.get(2))
                .contains("\"step\":200}")
                .contains("predictions: largest difference ")
                .contains("03Linear_bias: largest difference ");
    }
}
