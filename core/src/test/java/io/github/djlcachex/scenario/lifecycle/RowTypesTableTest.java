package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.segment.StoredFields;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The table of docs/rows.md: each kind of column, what it is in the file, and its round trip. */
class RowTypesTableTest {

    private static final Path PAGE =
            Path.of(System.getProperty("user.dir")).resolveSibling("docs").resolve("rows.md");

    private static final Keys KEYS = TestRows.range(0, 40);

    @TempDir Path directory;

    @Test
    void table_ofThePage_isWhatIsStoredAndReadBack() throws IOException {
        List<String> table = new ArrayList<>();
        table.add("| elements | in the Arrow file | rows of one shape | variable rows |");
        table.add("|---|---|---|---|");
        for (ElementType type : ElementType.values()) {
            Column fixed = Column.of(type, 2, 3);
            Column variable = Column.of(type, Column.VARIABLE, 3);
            table.add(
                    line(type.name(), StoredFields.elementOf(fixed), back(fixed), back(variable)));
        }
        Column texts = Column.ofStrings("text");
        Column blobs = Column.ofBinary("blob");
        table.add(line("texts", StoredFields.elementOf(texts), "", back(texts)));
        table.add(line("any bytes", StoredFields.elementOf(blobs), "", back(blobs)));
        assertThat(Files.readString(PAGE)).contains(String.join("\n", table));
        assertThat(table).noneMatch(line -> line.contains("**no**"));
    }

    private static String line(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private String back(Column column) {
        return comesBack(column, "of " + column) ? "yes" : "**no**";
    }

    private boolean comesBack(Column column, String module) {
        TestRows rows = new TestRows(RowSchema.of(column), 5);
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId(module).open()) {
            cache.put(KEYS, rows.batch(KEYS));
        }
        try (FeatureCache cache =
                FeatureCache.builder().directory(directory).moduleId(module).open()) {
            RowBatch into = rows.room(cache, KEYS);
            boolean right = cache.gather(KEYS, into).isComplete();
            for (int i = 0; i < KEYS.size(); i++) {
                right &= rows.isRight(KEYS, i, into);
            }
            return right;
        }
    }
}
