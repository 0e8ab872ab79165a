package io.github.djlcachex.spark.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheClosedException;

import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/** The cache that the tasks of one write share. */
class OpenCacheTest {

    @TempDir Path directory;

    private Leases<String, OpenCache>.Lease lease(String run) {
        Map<String, String> options = Map.of("path", directory.toString(), "moduleId", "m");
        return OpenCache.lease(run, SourceOptions.of(new CaseInsensitiveStringMap(options)), "v1");
    }

    @Test
    void cache_ofAWrite_isOpenBetweenItsTasksAndClosedAtItsEnd() {
        var first = lease("write");
        FeatureCache cache = first.value().cache();
        var second = lease("write");
        assertThat(second.value().cache()).isSameAs(cache);
        first.close();
        second.close();
        cache.put(1, new float[] {1});
        OpenCache.end("write");
        assertThatThrownBy(() -> cache.put(2, new float[] {2}))
                .isInstanceOf(CacheClosedException.class);
    }

    @Test
    void writes_thatRunAtOnce_haveACacheEach() {
        var one = lease("one");
        var two = lease("two");
        assertThat(one.value().cache()).isNotSameAs(two.value().cache());
        one.closeValue();
        two.value().cache().put(1, new float[] {1});
        two.closeValue();
        OpenCache.end("none");
    }
}
