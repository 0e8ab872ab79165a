package io.github.djlcachex.benchmark;

import io.github.djlcachex.row.KeyType;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.io.IOException;
import java.nio.file.Path;

/** A directory with that many small rows, which nobody has open. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls the setup.
public class ScaledCache {

    /** Rows on disk. */
    @Param("10000")
    public int rows;

    /** Rows of one segment; 0 for as many as fit. */
    @Param("0")
    public int segmentRows;

    /** Whether everything of the cache is there, and not its segments alone. */
    @Param("true")
    public boolean everything;

    /** The type of the keys. */
    @Param("INT64")
    public KeyType keyType;

    private Path directory;

    /** Creates the state; JMH fills it. */
    public ScaledCache() {}

    /**
     * Makes the rows, or copies those of an earlier benchmark.
     *
     * @throws IOException if they cannot be written
     */
    @Setup(Level.Trial)
    public void copy() throws IOException {
        directory = Fixtures.copy(keyType, rows, segmentRows, everything);
    }

    Path directory() {
        return directory;
    }

    /** Removes them; the benchmark calls it when it has closed what it opened. */
    void delete() throws IOException {
        BenchmarkRows.delete(directory);
    }
}
