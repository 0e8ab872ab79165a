package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.ChecksumPolicy;

import org.openjdk.jmh.runner.RunnerException;

import java.io.IOException;

/** Other systems on the same work: random rows of 2 KiB in batches of 256, warm. */
final class PeersPart implements BenchmarkSuite.Part {

    /** The beginning of the names of figures that the chart shows. */
    static final String READ_RATE = "read rate of ";

    @Override
    public String name() {
        return "peers";
    }

    @Override
    public void run(Bench bench) throws RunnerException, IOException, InterruptedException {
        JmhCase gather = JmhCase.of(GatherBenchmark.class, "gather");
        // lmdbjava reaches into the buffers of the JDK.
        JmhCase peers =
                JmhCase.of(PeersBenchmark.class, "lmdb")
                        .jvmFlag("--add-opens=java.base/java.nio=ALL-UNNAMED")
                        .jvmFlag("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
        double limit = rate(bench, gather.method("mappedCopy"));
        add(bench, "a plain mapped file", limit, limit);
        add(bench, "djlcachex", rate(bench, gather), limit);
        add(
                bench,
                "djlcachex unchecked",
                rate(bench, gather.with("checksumPolicy", ChecksumPolicy.OFF)),
                limit);
        add(bench, "LMDB", rate(bench, peers), limit);
        add(bench, "RocksDB", rate(bench, peers.method("rocksDb")), limit);
        PythonPeers.rates(bench.options())
                .forEach((system, rate) -> add(bench, system, rate, limit));
    }

    private static double rate(Bench bench, JmhCase work) throws RunnerException {
        JmhCase planned = work.with("dataBytes", bench.options().effort().dataBytes);
        return BenchmarkRows.BATCH * bench.measure(planned);
    }

    private static void add(Bench bench, String system, double rate, double limit) {
        bench.add(Figure.of(READ_RATE + system, GatherPart.UNIT, rate).beside(limit));
    }
}
