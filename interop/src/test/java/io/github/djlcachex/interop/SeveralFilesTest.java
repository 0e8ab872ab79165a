package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;

/** Columns of several files, or of a file and a module, which are found by name. */
class SeveralFilesTest extends ImportTest {

    private void csv(String name, String text) throws IOException {
        Files.writeString(files.resolve(name), text);
    }

    /** Writes an Arrow file of one row whose columns have one number each. */
    private void arrow(String name, long id, ElementType type, String... columns) {
        try (FeatureCache from = open(name)) {
            Column[] all = new Column[columns.length];
            for (int c = 0; c < all.length; c++) {
                all[c] = Column.of(columns[c], type);
            }
            RowBatch row = RowBatch.allocate(RowSchema.of(all), 1);
            for (int c = 0; c < all.length; c++) {
                float value = id * 10 + columns[c].charAt(0) - 'a';
                if (type == ElementType.FLOAT32) {
                    row.buffer(c).putFloat(0, value);
                } else if (type == ElementType.FLOAT64) {
                    row.buffer(c).putDouble(0, value);
                } else {
                    row.buffer(c).put(0, (byte) value);
                }
            }
            from.put(Keys.of(id), row);
            from.flush();
            CacheExporter.builder()
                    .cache(from)
                    .format(FileFormat.ARROW)
                    .target(files.resolve(name))
                    .run();
        }
    }

    private static float[] row(FeatureCache cache, long id) {
        RowBatch row = RowBatch.allocate(cache.schema().orElseThrow(), 1);
        assertThat(cache.gather(Keys.of(id), row).isComplete()).isTrue();
        float[] values = new float[row.schema().columns().size()];
        for (int c = 0; c < values.length; c++) {
            values[c] = row.buffer(c).getFloat(0);
        }
        return values;
    }

    @Test
    void columnsInAnotherOrder_areFoundByName() throws IOException {
        arrow("0.arrow", 1, ElementType.FLOAT32, "a", "b");
        arrow("1.arrow", 3, ElementType.FLOAT32, "b", "a");
        try (FeatureCache to = open("to")) {
            importer(to, FileFormat.ARROW, files).run();
            assertThat(row(to, 1)).containsExactly(10, 11);
            assertThat(row(to, 3)).containsExactly(30, 31);
            csv("2.csv", "id,b,a\n5,51,50\n");
            importer(to, FileFormat.CSV, files.resolve("2.csv")).run();
            assertThat(row(to, 5)).containsExactly(50, 51);
        }
    }

    @ParameterizedTest
    @CsvSource({"a c, c", "a, [a]", "a b c, c", "x y, x"})
    void otherColumns_areRefusedByName(String columns, String found) {
        arrow("0.arrow", 1, ElementType.FLOAT32, "a", "b");
        arrow("1.arrow", 3, ElementType.FLOAT32, columns.split(" "));
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(() -> importer(to, FileFormat.ARROW, files).run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("1.arrow")
                    .hasMessageContaining("[a, b]")
                    .hasMessageContaining(found);
            assertThat(to.contains(3)).isFalse();
        }
        try (FeatureCache to = open("to")) { // the module has columns a and b by now
            assertThatThrownBy(() -> importer(to, FileFormat.ARROW, files.resolve("1.arrow")).run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("[a, b]");
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, FLOAT64", "FLOAT64, FLOAT32", "INT8, FLOAT32", "BOOLEAN, INT8"})
    void anotherTypeInALaterFile_isNotConvertedUnasked(ElementType first, ElementType second) {
        arrow("0.arrow", 0, first, "a");
        arrow("1.arrow", 3, second, "a");
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(() -> importer(to, FileFormat.ARROW, files).run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining("1.arrow")
                    .hasMessageContaining(first.name())
                    .hasMessageContaining(second.name())
                    .hasMessageContaining("elementType");
            assertThat(to.contains(3)).isFalse();
        }
    }

    @Test
    void anotherTypeInALaterFile_isConvertedIfAsked() {
        arrow("0.arrow", 1, ElementType.FLOAT32, "a");
        arrow("1.arrow", 3, ElementType.FLOAT64, "a");
        try (FeatureCache to = open("to")) {
            importer(to, FileFormat.ARROW, files).elementType(ElementType.FLOAT32).run();
            assertThat(row(to, 3)).containsExactly(30);
        }
    }

    @Test
    void columnsOfAModuleWithoutNames_haveThoseOfTheFirstFile() throws IOException {
        csv("0.csv", "id,a,b\n1,10.5,11.5\n");
        csv("1.csv", "id,b,a\n3,31.5,30.5\n");
        for (int turn = 0; turn < 2; turn++) { // the second one finds a module with rows
            try (FeatureCache to = open("to")) {
                importer(to, FileFormat.CSV, files).unnamedColumns(true).run();
                assertThat(row(to, 3)).containsExactly(30.5f, 31.5f);
            }
        }
    }

    /** As DataFrame.to_csv writes it. */
    @Test
    void columnWithoutAName_isRefusedWithWhatToDo() throws IOException {
        csv("0.csv", ",id,v\n0,1,2.5\n");
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(() -> importer(to, FileFormat.CSV, files).run())
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("pandas");
            importer(to, FileFormat.CSV, files).columns("v").run();
            assertThat(row(to, 1)).containsExactly(2.5f);
        }
    }

    @Test
    void columnsWithoutNames_areTakenByPosition() throws IOException {
        csv("0.csv", "id,a,b\n1,10.5,11.5\n");
        csv("1.csv", "id,c,d\n3,30.5,31.5\n");
        try (FeatureCache to = open("to")) {
            importer(to, FileFormat.CSV, files.resolve("0.csv")).unnamedColumns(true).run();
            importer(to, FileFormat.CSV, files.resolve("1.csv")).run();
            assertThat(row(to, 3)).containsExactly(30.5f, 31.5f);
        }
    }
}
