package io.github.djlcachex.testing;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
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

    /** Some tests run twice, the second time with variable columns too. */
    private static final String OF_VARIABLE_ROWS =
            System.getenv("DJLCACHEX_VARIABLE_ROWS") == null ? "" : ", variable rows";

    private static final int SHORT_TIER_LIMIT_S = 300;
    private static final int LONG_TIER_LIMIT_S = 1800;

    private final String test;
    private final long demandedRuns;
    private final AtomicLong runs = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong jvmDeaths = new AtomicLong();
    private volatile String skipped;
    private volatile String note;
    private volatile String filesystem;
    private volatile String shortened;

    private Reliability(String test, long demandedRuns) {
        this.test = test;
        this.demandedRuns = demandedRuns;
    }

    /** True in the long tier, {@code -Pcrash}. */
    public static boolean longTier() {
        return Boolean.getBoolean("reliability.crash");
    }

    /** The tests that alone are run, such as {@code T1,T5}; empty if all are. */
    static String part() {
        return System.getProperty("reliability.part", "");
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
        Reliability line = new Reliability(test + OF_VARIABLE_ROWS, demandedRuns);
        Instant start = Instant.now();
        Throwable failure = null;
        try {
            proof.run(line);
            line.judge();
            if (line.shortened != null) {
                line.skip(line.shortened);
            }
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            line.write(Duration.between(start, Instant.now()), failure);
        }
    }

    /** The same for a test that might hang; it has the time that its tier can spare. */
    public static void proveInTime(String test, long demandedRuns, Proof proof) throws Exception {
        Duration limit = Duration.ofSeconds(runs(SHORT_TIER_LIMIT_S, LONG_TIER_LIMIT_S));
        prove(test, demandedRuns, line -> assertTimeoutPreemptively(limit, () -> proof.run(line)));
    }

    /**
     * How long a test is to run that goes by time. The property {@code reliability.seconds} makes
     * it shorter, to try it by hand: then it is reported as skipped.
     */
    public long seconds(long demanded) {
        long seconds = Math.min(demanded, Long.getLong("reliability.seconds", demanded));
        if (seconds < demanded) {
            shortened = "cut by hand to " + seconds + " of " + demanded + " s";
        }
        return seconds;
    }

    /** Tells whether the test was made shorter by hand, so that it cannot do what is demanded. */
    public boolean isShortened() {
        return shortened != null;
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

    /** Says on what files were, if not in the directory for temporary ones. */
    public void filesystem(String type) {
        filesystem = type;
    }

    /** Gives the test up, loudly: this machine cannot do it. */
    public void skip(String why) {
        skipped = why;
        System.err.println("NOT TESTED here: " + test + ": " + why);
        Assumptions.abort(why);
    }

    private void judge() {
        boolean tooFew = runs.get() < demandedRuns && shortened == null;
        if (tooFew || lost.get() + wrong.get() + jvmDeaths.get() > 0) {
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
        fields.put("filesystem", filesystem == null ? ofTemporaryFiles() : filesystem);
        fields.put("build", System.getProperty("reliability.build"));
        ReliabilityReport.add(test, fields);
    }

    private static String ofTemporaryFiles() throws IOException {
        return Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir"))).type();
    }
}
