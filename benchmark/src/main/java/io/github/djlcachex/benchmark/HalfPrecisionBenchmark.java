package io.github.djlcachex.benchmark;

import io.github.djlcachex.row.HalfPrecision;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Conversions of arrays that stay in the processor's first cache. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class HalfPrecisionBenchmark {

    static final int NUMBERS = 1024;

    private final float[] values = new float[NUMBERS];
    private final short[] float16 = new short[NUMBERS];
    private final short[] bfloat16 = new short[NUMBERS];

    /** Creates the benchmark. */
    public HalfPrecisionBenchmark() {}

    /** Fills the arrays. */
    @Setup
    public void fill() {
        Random random = new Random(1);
        for (int i = 0; i < NUMBERS; i++) {
            values[i] = (float) random.nextGaussian();
        }
        HalfPrecision.toFloat16(values, float16, NUMBERS);
        HalfPrecision.toBfloat16(values, bfloat16, NUMBERS);
    }

    /**
     * Narrows to FLOAT16.
     *
     * @return the filled array
     */
    @Benchmark
    public short[] toFloat16() {
        HalfPrecision.toFloat16(values, float16, NUMBERS);
        return float16;
    }

    /**
     * Widens from FLOAT16.
     *
     * @return the filled array
     */
    @Benchmark
    public float[] fromFloat16() {
        HalfPrecision.fromFloat16(float16, values, NUMBERS);
        return values;
    }

    /**
     * Narrows to BFLOAT16.
     *
     * @return the filled array
     */
    @Benchmark
    public short[] toBfloat16() {
        HalfPrecision.toBfloat16(values, bfloat16, NUMBERS);
        return bfloat16;
    }

    /**
     * Widens from BFLOAT16.
     *
     * @return the filled array
     */
    @Benchmark
    public float[] fromBfloat16() {
        HalfPrecision.fromBfloat16(bfloat16, values, NUMBERS);
        return values;
    }
}
