package io.github.djlcachex.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.Arbitraries;
import io.github.djlcachex.testing.QuickDirectory;
import io.github.djlcachex.testing.TestRows;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Any batches, of any columns: every row is right, and computed at the first batch that has it. */
class ComputeMissingProperties {

    @Provide
    Arbitrary<RowSchema> schemas() {
        return Arbitraries.schemas();
    }

    @Provide
    Arbitrary<List<List<Integer>>> batches() {
        return net.jqwik.api.Arbitraries.integers()
                .between(0, Arbitraries.KEY_POOL - 1)
                .list()
                .ofMaxSize(24)
                .list()
                .ofMaxSize(8);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void computeMissing_anyBatches_computesEachKeyOnce(
            @ForAll KeyType type,
            @ForAll("schemas") RowSchema schema,
            @ForAll("batches") List<List<Integer>> batches)
            throws IOException {
        TestRows oracle = new TestRows(schema, 11);
        Set<Object> computed = new HashSet<>();
        try (QuickDirectory directory = new QuickDirectory();
                FeatureCache cache =
                        FeatureCache.builder()
                                .directory(directory.path())
                                .moduleId("computed")
                                .segmentRows(7)
                                .open()) {
            for (List<Integer> batch : batches) {
                Keys keys = Arbitraries.pooled(type, batch);
                RowBatch rows =
                        cache.computeMissing(
                                keys,
                                missing -> {
                                    for (int i = 0; i < missing.size(); i++) {
                                        assertThat(computed.add(missing.getObject(i))).isTrue();
                                    }
                                    return oracle.batch(missing);
                                });
                for (int position = 0; position < keys.size(); position++) {
                    assertThat(oracle.isRight(keys, position, rows)).isTrue();
                }
            }
        }
    }
}
