package io.github.djlcachex.cache;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * MissingRowsScenario is a cache whose missing rows a function computes, which notes the ids that
 * it is asked for.
 */
abstract class MissingRowsScenario {

    @TempDir Path directory;

    final List<long[]> asked = new ArrayList<>();

    FeatureCacheBuilder builder() {
        return FeatureCache.builder().directory(directory).moduleId("computed");
    }

    static float[] rowOf(long id) {
        return new float[] {id, -id, 0.5f};
    }

    static float[][] rowsOf(long... ids) {
        return Arrays.stream(ids).mapToObj(MissingRowsScenario::rowOf).toArray(float[][]::new);
    }

    float[][] compute(long[] ids) {
        asked.add(ids);
        return rowsOf(ids);
    }

    @SuppressWarnings("DoNotCallSuggester") // it is passed on, to be called by nobody
    static float[][] unexpected(long[] ids) {
        throw new AssertionError("asked for " + Arrays.toString(ids));
    }
}
