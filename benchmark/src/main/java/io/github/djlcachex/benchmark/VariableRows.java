package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Rows of one to seven quarters of the planned size, so that their mean is the planned size, all of
 * them in segment files.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class VariableRows {

    private static final int QUARTERS = 7;

    /** How files are read. */
    @Param("MAPPED")
    public ReadMode readMode;

    private Path directory;
    private FeatureCache cache;

    /** Creates the state; JMH fills it. */
    public VariableRows() {}

    /**
     * Stores the rows.
     *
     * @param plan the rows
     * @throws IOException if they cannot be written
     */
    @Setup(Level.Trial)
    public void open(ReadPlan plan) throws IOException {
        directory = Fixtures.temporary("variable");
        try (FeatureCache filled = Fixtures.cacheIn(directory).open()) {
            for (int from = 0; from < plan.rows(); from += BenchmarkRows.BATCH) {
                int[] numbers = BenchmarkRows.range(from, BenchmarkRows.BATCH);
                filled.put(
                        BenchmarkRows.keys(plan.keyType, numbers), batch(plan.rowBytes, numbers));
            }
            if (!filled.flush().isComplete()) {
                throw new IllegalStateException("rows were not written");
            }
        }
        cache = Fixtures.cacheIn(directory).readMode(readMode).memoryTierBytes(0).open();
    }

    private static RowBatch batch(int rowBytes, int[] numbers) {
        int floats = rowBytes / 4 / Float.BYTES;
        RowSchema schema = RowSchema.of(Column.of(ElementType.FLOAT32, Column.VARIABLE, floats));
        RowShapes.Builder shapes = RowShapes.builder(schema);
        for (int number : numbers) {
            shapes.add(new int[] {1 + number % QUARTERS, floats});
        }
        return RowBatch.allocate(shapes.build());
    }

    /** Reads the shapes of a batch, and then its rows, all of which must be there. */
    GatherResult gather(BatchCursor cursor) {
        RowShapes shapes = cache.shapes(cursor.keys()).orElseThrow();
        ByteBuffer room = cursor.room(shapes.columnBytes(0)).order(ByteOrder.LITTLE_ENDIAN);
        GatherResult result = cache.gather(cursor.keys(), RowBatch.wrap(shapes, room));
        if (!result.isComplete()) {
            throw new IllegalStateException(result.toString());
        }
        return result;
    }

    /**
     * Removes the rows.
     *
     * @throws IOException if they cannot be removed
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        cache.close();
        BenchmarkRows.delete(directory);
    }
}
