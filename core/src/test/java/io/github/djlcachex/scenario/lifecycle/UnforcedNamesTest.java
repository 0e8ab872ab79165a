package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;

/** Caches on filesystems that cannot force directories, or whose type is not known. */
class UnforcedNamesTest {

    @TempDir Path directory;

    private final FaultyStorage storage = new FaultyStorage();

    private static FaultyStorage.Rule failing(Op failing, String text) {
        return (op, file) -> {
            if (op == failing) {
                throw new IOException(text);
            }
        };
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void cache_whereDirectoriesCannotBeForced_storesAndReportsIt(Durability durability) {
        storage.rule(failing(Op.FORCE_DIRECTORY, "Invalid argument"));
        for (int round = 0; round < 2; round++) {
            try (FeatureCache cache = Caches.at(directory, storage).durability(durability).open()) {
                FlushReport report =
                        Caches.putAndFlush(cache, TestRows.range(10L * round, 10L * round + 10));
                assertThat(report.persistedRows()).isEqualTo(10);
                assertThat(report.hasUnforcedNames()).isTrue();
                cache.putNote("note", "text");
                assertThat(cache.note("note")).contains("text");
                cache.repair();
                assertThat(cache.closeAndReport().hasUnforcedNames()).isTrue();
            }
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, 20));
            assertThat(cache.flush().hasUnforcedNames()).isFalse();
            cache.clear();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Input/output error", "No space left on device"})
    void open_whereTheDiskFailsToForceADirectory_isAnError(String text) {
        storage.rule(failing(Op.FORCE_DIRECTORY, text));
        assertThatThrownBy(() -> Caches.at(directory, storage).open())
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining(text);
    }

    @Test
    void open_whereTheFilesystemIsNotKnown_readsPositionally() {
        storage.rule(failing(Op.FILESYSTEM_TYPE, "Mount point not found"));
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 10));
            Caches.assertAllRight(cache, TestRows.range(0, 10));
        }
        assertThat(storage.filesOf(Op.MAP)).isEmpty();
    }

    @Test
    void cache_whereDirectoriesCannotBeForced_warnsOnce() throws Exception {
        try (ChildJvm child = ChildJvm.start(directory, Warned.class, directory)) {
            assertThat(child.awaitEnd()).isZero();
            assertThat(child.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("WARN", "cannot force directories", "power loss");
        }
    }

    /** Two caches of one store, each of which forces directories several times. */
    static final class Warned {
        private Warned() {}

        public static void main(String[] args) {
            System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
            FaultyStorage storage = new FaultyStorage();
            storage.rule(failing(Op.FORCE_DIRECTORY, "Invalid argument"));
            FeatureCacheBuilder builder = Caches.at(Path.of(args[0]), storage);
            try (FeatureCache first = builder.open();
                    FeatureCache second = builder.open()) {
                Caches.putAndFlush(first, TestRows.range(0, 10));
                Caches.putAndFlush(second, TestRows.range(10, 20));
            }
        }
    }
}
