package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** What a run keeps that is killed: P11, in which 129 epochs of 200 rows kept none. */
class KilledRunTest {

    @TempDir Path directory;

    @Test
    void epoch_thatEnded_keepsItsRowsWhenTheRunIsKilledInALaterOne() throws Exception {
        ChildJvm.killAfter("> epoch 1", KilledRunProgram.class, directory.toString());
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(directory)
                        .moduleId("test")
                        .fingerprint(KilledRunProgram.FINGERPRINT)
                        .open()) {
            assertThat(cache.rowCount()).isEqualTo(KilledRunProgram.ROWS);
            assertThat(cache.segments()).hasSize(1);
        }
    }
}
