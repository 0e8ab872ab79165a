package io.github.djlcachex.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One test of the contract, and its line in {@code target/reliability.json} at the root.
 *
 * <p>The test counts its runs and what went wrong in them. The line is written when it ends,
 * however it ends. It fails if it ran fewer than demanded, or if anything was lost, wrong or killed
 * the JVM. Counting is safe for use by many threads.
 */
public final class Reliability {

    /** The body of a test. */
    public interface Proof {
        void run(Reliability line) throws Exception;
    }

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final String test;
    private final long demandedRuns;
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong jvmDeaths = new AtomicLong();
    private volatile String skipped;
    private volatile String note;

    private Reliability(String test, long demandedRuns) {
        this.test = test;
        this.demandedRuns = demandedRuns;
    }

    /** True in the long tier, {@code -Pcrash}. */
    public static boolean longTier() {
        return Boolean.getBoolean("reliability.crash");
    }

    /** The number of runs that a tier demands. */
    public static int runs(int short_, int long_) {
        return longTier() ? long_ : short_;
    }

    /**
     * Runs a test, writes its line, and judges it.
     *
     * @param test the number of the plan and a name, such as "T1 kill -9"
     * @param demandedRuns how often it must have run
     * @param proof the test
     */
    public static void prove(String test, long demandedRuns, Proof proof) throws Exception {
        Reliability line = new Reliability(test, demandedRuns);
        Instant start = Instant.now();
        Throwable failure = null;
        try {
            proof.run(line);
            line.judge();
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            line.write(Duration.between(start, Instant.now()), failure);
        }
    }

    /** Counts a run. */
    public void run() {
        runs(1);
    }

    /** Counts runs. */
    public void runs(long more) {
        runs.addAndGet(more);
    }

    /** The runs so far. */
    public long runs() {
        return runs.get();
    }

    /** Counts acknowledged rows that are not there. */
    public void lost(long rows) {
        lost.addAndGet(rows);
    }

    /** Counts rows that are not what was put. */
    public void wrong(long rows) {
        wrong.addAndGet(rows);
    }

    /** Counts a JVM that died of something else than the test's kill. */
    public void jvmDeath() {
        jvmDeaths.incrementAndGet();
    }

    /** Says more of the run: what was counted, or on what. */
    public void note(String text) {
        note = text;
    }

    /** Gives the test up, loudly: this machine cannot do it. */
    public void skip(String why) {
        skipped = why;
        System.err.println("NOT TESTED here: " + test + ": " + why);
        Assumptions.abort(why);
    }

    private void judge() {
        if (runs.get() < demandedRuns || lost.get() + wrong.get() + jvmDeaths.get() > 0) {
            throw new AssertionError(
                    test
                            + ": expected at least "
                            + demandedRuns
                            + " runs and nothing lost or wrong, found "
                            + fields());
        }
    }

    private Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("test", test);
        fields.put("runs", runs.get());
        fields.put("lost", lost.get());
        fields.put("wrong", wrong.get());
        fields.put("jvmDeaths", jvmDeaths.get());
        fields.put("skipped", skipped);
        return fields;
    }

    private void write(Duration took, Throwable failure) throws IOException {
        Map<String, Object> fields = fields();
        fields.put("demandedRuns", demandedRuns);
        fields.put("failed", failure != null && skipped == null ? failure.toString() : null);
        fields.put("note", note);
        fields.put("seconds", took.toMillis() / 1000.0);
        fields.put("tier", longTier() ? "crash" : "verify");
        fields.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        fields.put(
                "jdk",
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
        fields.put(
                "filesystem",
                Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir"))).type());
        fields.put("build", System.getProperty("reliability.build"));
        Report.add(test, fields);
    }

    /** The file of all lines, shared by the modules of a build. */
    private static final class Report {

        static void add(String test, Map<String, Object> fields) throws IOException {
            String configured = System.getProperty("reliability.report");
            if (configured == null) {
                return; // run from an IDE
            }
            Path report = Path.of(configured);
            Files.createDirectories(report.getParent());
            Path lockFile = report.resolveSibling(report.getFileName() + ".lock");
            try (FileChannel locked =
                    FileChannel.open(
                            lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                locked.lock(); // until it is closed
                Map<String, Object> lines = lines(report, String.valueOf(fields.get("build")));
                lines.put(test, fields);
                Path written = report.resolveSibling(report.getFileName() + ".new");
                JSON.writeValue(written.toFile(), List.copyOf(lines.values()));
                Files.move(written, report, StandardCopyOption.REPLACE_EXISTING);
                Files.writeString(report.resolveSibling("reliability.md"), table(lines.values()));
            }
        }

        /** The same for RELIABILITY.md. */
        private static String table(Collection<Object> lines) {
            StringBuilder table =
                    new StringBuilder("| test | runs | lost | wrong | JVM deaths | s | |\n");
            table.append("|---|--:|--:|--:|--:|--:|---|\n");
            for (Object line : lines) {
                Map<?, ?> fields = (Map<?, ?>) line;
                for (String column : List.of("test", "runs", "lost", "wrong", "jvmDeaths")) {
                    table.append("| ").append(fields.get(column)).append(' ');
                }
                long seconds = Math.round(((Number) fields.get("seconds")).doubleValue());
                table.append("| ").append(seconds).append(" | ").append(remark(fields));
                table.append(" |\n");
            }
            return table.toString();
        }

        private static String remark(Map<?, ?> fields) {
            if (fields.get("failed") != null) {
                return "FAILED";
            }
            if (fields.get("skipped") != null) {
                return "not tested: " + fields.get("skipped");
            }
            return fields.get("note") == null ? "" : fields.get("note").toString();
        }

        /** The lines of this build; of others too if only a part runs. */
        private static Map<String, Object> lines(Path report, String build) throws IOException {
            Map<String, Object> lines = new TreeMap<>(Report::byNumber);
            if (Files.exists(report)) {
                for (Object line : JSON.readValue(report.toFile(), ArrayList.class)) {
                    Map<?, ?> fields = (Map<?, ?>) line;
                    if (part() || build.equals(fields.get("build"))) {
                        lines.put(String.valueOf(fields.get("test")), line);
                    }
                }
            }
            return lines;
        }

        private static boolean part() {
            return !System.getProperty("reliability.part", "").isEmpty();
        }

        private static int byNumber(String first, String second) {
            int byNumber = Integer.compare(number(first), number(second));
            return byNumber != 0 ? byNumber : first.compareTo(second);
        }

        private static int number(String test) {
            return Integer.parseInt(test.replaceFirst("^T(\\d+).*$", "$1"));
        }
    }
}
