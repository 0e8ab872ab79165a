package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.testing.FaultyStorage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A directory that several users share, of which one keeps something to himself. */
class UnreadableGenerationsTest {

    @TempDir Path root;

    private Path fill(String module, String fingerprint) {
        try (FeatureCache cache =
                FeatureCache.builder()
                        .directory(root)
                        .moduleId(module)
                        .fingerprint(fingerprint)
                        .open()) {
            cache.put("a", new float[] {1});
            cache.flush();
            return cache.directory();
        }
    }

    private static Storage denying(Path denied) {
        FaultyStorage storage = new FaultyStorage();
        storage.rule(
                (op, file) -> {
                    if (file.startsWith(denied)) {
                        throw new AccessDeniedException(file.toString());
                    }
                });
        return storage;
    }

    private List<Path> facts(Path denied, List<Path> leftOut) throws IOException {
        return new Generations(denying(denied), root)
                .facts(leftOut::add).stream().map(GenerationFacts::directory).toList();
    }

    @Test
    void generation_thatMayNotBeRead_hidesNoOther() throws IOException {
        List<Path> all = List.of(fill("a", "1"), fill("a", "2"), fill("b", "1"));
        for (Path denied : all) {
            List<Path> leftOut = new ArrayList<>();
            List<Path> others = all.stream().filter(path -> !path.equals(denied)).toList();
            assertThat(facts(denied, leftOut)).containsExactlyInAnyOrderElementsOf(others);
            assertThat(leftOut).containsExactly(denied);
        }
    }

    @Test
    void module_thatMayNotBeRead_hidesNoOther() throws IOException {
        Path module = Objects.requireNonNull(fill("a", "1").getParent());
        Path second = fill("b", "1");
        List<Path> leftOut = new ArrayList<>();
        assertThat(facts(module, leftOut)).containsExactly(second);
        assertThat(leftOut).containsExactly(module);
    }
}
