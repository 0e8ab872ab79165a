package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.ToolJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Coverage-guided fuzzing of everything that decodes files, by Jazzer in a JVM with a small heap.
 *
 * <p>Only exceptions of the cache and of input and output are right answers: any other, a heap that
 * is not enough, or five seconds for one input, is a finding.
 */
@Tag("T20")
class FuzzingTest {

    private static final int SECONDS = 60;
    private static final int DEMANDED_EXECUTIONS = 10_001;
    private static final Pattern EXECUTED = Pattern.compile("number_of_executed_units: (\\d+)");

    /** What libFuzzer says at its end: the seconds that it measured. */
    private static final Pattern FUZZED = Pattern.compile("Done \\d+ runs in (\\d+) second");

    private static final Pattern COVERED = Pattern.compile("cov: (\\d+)");

    @TempDir Path directory;

    @Test
    void segment_hostileBytes_isReadOrRefused() throws Exception {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] segment : FuzzSeeds.segments()) {
            seeds.add(joined(new byte[] {SegmentFuzz.RAW}, segment));
            seeds.add(joined(new byte[] {SegmentFuzz.REPAIRED}, segment));
            int edited = SegmentFuzz.FIRST_EDITED + seeds.size() / 2 - 1;
            seeds.add(new byte[] {(byte) edited, 0, 0, 1, 0});
        }
        prove("T20 fuzz segment", SegmentFuzz.class, seeds);
    }

    @Test
    void contract_hostileText_isReadOrRefused() throws Exception {
        List<byte[]> seeds = new ArrayList<>();
        for (Contract contract : FuzzSeeds.contracts()) {
            byte[] text = ContractJson.encode(contract).getBytes(StandardCharsets.UTF_8);
            seeds.add(joined(new byte[] {ContractFuzz.RAW}, text));
            seeds.add(joined(new byte[] {ContractFuzz.RAW + 1}, text));
        }
        prove("T20 fuzz contract", ContractFuzz.class, seeds);
    }

    @Test
    void keys_hostileBytes_areReadOrRefused() throws Exception {
        ByteBuffer boundaries =
                ByteBuffer.allocate(4 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        boundaries.putInt(0).putInt(1).putInt(4).putInt(8);
        byte[] text = "a\u20ac\ud83d\ude00".getBytes(StandardCharsets.UTF_8);
        List<byte[]> seeds =
                List.of(
                        joined(new byte[] {0, 1}, new byte[2 * Long.BYTES]),
                        joined(new byte[] {1, 2}, joined(boundaries.array(), text)));
        prove("T20 fuzz keys", KeysFuzz.class, seeds);
    }

    private void prove(String test, Class<?> target, List<byte[]> seeds) throws Exception {
        Reliability.prove(
                test,
                DEMANDED_EXECUTIONS,
                line -> {
                    long seconds = line.seconds(SECONDS);
                    ToolJvm.Outcome outcome = fuzz(target, seeds, seconds);
                    long fuzzed = lastNumber(FUZZED, outcome.output());
                    line.runs(lastNumber(EXECUTED, outcome.output()));
                    line.note(
                            "executions in %d s; %d edges covered"
                                    .formatted(fuzzed, lastNumber(COVERED, outcome.output())));
                    assertThat(outcome.exit()).as(outcome.tail()).isZero();
                    assertThat(fuzzed).as(outcome.tail()).isGreaterThanOrEqualTo(seconds);
                });
    }

    private ToolJvm.Outcome fuzz(Class<?> target, List<byte[]> seeds, long seconds)
            throws Exception {
        Path corpus = Files.createDirectory(directory.resolve("corpus"));
        Path valid = Files.createDirectory(directory.resolve("valid"));
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(valid.resolve("seed-" + i), seeds.get(i));
        }
        return ToolJvm.run(
                directory,
                List.of(
                        "-Xmx256m",
                        "-XX:+EnableDynamicAgentLoading",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"),
                "com.code_intelligence.jazzer.Jazzer",
                List.of(
                        "--target_class=" + target.getName(),
                        "--instrumentation_includes=io.github.djlcachex.**:org.apache.arrow.flatbuf.**",
                        "--custom_hook_includes=io.github.djlcachex.**",
                        "-max_total_time=" + seconds,
                        "-max_len=8192",
                        "-timeout=5",
                        "-rss_limit_mb=3072",
                        "-print_final_stats=1",
                        corpus.toString(),
                        valid.toString()),
                Duration.ofSeconds(seconds + 120));
    }

    private static long lastNumber(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        long last = 0;
        while (matcher.find()) {
            last = Long.parseLong(matcher.group(1));
        }
        return last;
    }

    private static byte[] joined(byte[] first, byte[] second) throws IOException {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(first);
        joined.write(second);
        return joined.toByteArray();
    }
}
