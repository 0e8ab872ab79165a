package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.SchemaMismatchException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** The rows that one batch sees, while the user gives the columns up. */
class RowStoreTest {

    private static final RowSchema TOKENS =
            RowSchema.of(Column.of(ElementType.FLOAT32, Column.VARIABLE, 2));

    private static final Keys KEYS = Keys.of(1);

    @TempDir Path directory;

    private static RowBatch rows(RowSchema schema, int... shape) {
        return RowBatch.allocate(RowShapes.builder(schema).add(shape).build());
    }

    @Test
    void allocate_afterReset_hasTheColumnsOfTheBatch() {
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId("tokens").open()) {
            RowStore store = new RowStore(cache, null);
            cache.put(KEYS, rows(TOKENS, 3, 2));
            assertThat(store.allocate(KEYS, TOKENS).shapes().shape(0, 0)).containsExactly(3, 2);
            cache.reset();
            RowBatch into = store.allocate(KEYS, TOKENS);
            assertThat(into.schema()).isEqualTo(TOKENS);
            assertThat(store.gather(KEYS, into, new int[] {0})).containsExactly(0);
            RowSchema wide = RowSchema.of(Column.of(ElementType.FLOAT32, Column.VARIABLE, 4));
            cache.put(KEYS, rows(wide, 3, 4));
            RowBatch narrow = store.allocate(KEYS, TOKENS);
            assertThat(narrow.schema()).isEqualTo(TOKENS);
            assertThatThrownBy(() -> store.gather(KEYS, narrow, new int[] {0}))
                    .isInstanceOf(SchemaMismatchException.class);
        }
    }
}
