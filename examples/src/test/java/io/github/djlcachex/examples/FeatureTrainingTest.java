package io.github.djlcachex.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** Training on the rows of a cache. */
class FeatureTrainingTest {

    @TempDir Path directory;

    @Test
    void train_twice_computesTheRowsInTheFirstRunAlone() throws Exception {
        assertThat(FeatureTraining.train(directory, 48)).startsWith("computed 48 of 48 rows");
        assertThat(FeatureTraining.train(directory, 48)).startsWith("computed 0 of 48 rows");
    }
}
