package io.github.djlcachex.scenario.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.Store;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/** Rows of another writer that a refresh finds: a second put of them is ignored. */
class FoundNamesTest {

    @TempDir Path directory;

    private final FaultyStorage storage = new FaultyStorage();

    @Test
    void refresh_ofAWriter_forcesTheNamesBeforeItServesTheRows() throws IOException {
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            otherWriter();
            storage.forgetCalls();
            storage.rule((op, file) -> fail(op == Op.FORCE_DIRECTORY));
            assertThatThrownBy(cache::refresh).hasMessageContaining("injected");
            assertThat(Caches.rightHits(cache, TestRows.range(0, 5))).isZero();
            storage.rule((op, file) -> {});
            assertThat(cache.refresh()).isOne();
            assertThat(storage.filesOf(Op.FORCE_DIRECTORY)).contains("segments");
            Caches.assertAllRight(cache, TestRows.range(0, 5));
            storage.forgetCalls();
            assertThat(cache.refresh()).isZero();
            assertThat(storage.filesOf(Op.FORCE_DIRECTORY)).as("nothing was new").isEmpty();
        }
    }

    @Test
    void refresh_ofAReader_forcesNothing() throws IOException {
        otherWriter();
        try (FeatureCache cache = Caches.at(directory, storage).readOnly(true).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, 5));
            assertThat(storage.filesOf(Op.FORCE_DIRECTORY)).isEmpty();
        }
    }

    private void otherWriter() throws IOException {
        Store writer = Caches.separate(directory);
        Caches.put(writer, TestRows.range(0, 5));
        Caches.close(writer);
    }

    private static void fail(boolean failing) throws IOException {
        if (failing) {
            throw new IOException("injected");
        }
    }
}
