package io.github.djlcachex.benchmark;

import io.github.djlcachex.row.KeyType;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Which rows are read: their size and number, and the batches. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters.
public class ReadPlan {

    private static final int MOST_ROWS = 100_096;

    /** The order in which rows are read. */
    public enum Order {
        /** Drawn with equal chances. */
        RANDOM,
        /** One after the other. */
        SEQUENTIAL
    }

    /** Bytes of one row. */
    @Param("2048")
    public int rowBytes;

    /** Rows of one batch. */
    @Param("256")
    public int batchRows;

    /** The order of the rows. */
    @Param("RANDOM")
    public Order order;

    /** The type of the keys. */
    @Param("INT64")
    public KeyType keyType;

    /** Bytes of all rows, at most; there are at most 100,096 rows. */
    @Param("268435456")
    public int dataBytes;

    /** Creates a plan; JMH fills it. */
    public ReadPlan() {}

    /** All rows, a whole number of the batches that they are put in. */
    int rows() {
        int fitting = Math.min(MOST_ROWS, dataBytes / rowBytes);
        return fitting / BenchmarkRows.BATCH * BenchmarkRows.BATCH;
    }
}
