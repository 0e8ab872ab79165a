package io.github.djlcachex.djl;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Terminal;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * ProgressDisplay shows the progress of a warm-up to people: on a terminal in one line that is
 * written over, elsewhere in few lines of log. It is for one thread.
 */
final class ProgressDisplay implements ProgressListener {

    private static final String WHAT = "warm-up: ";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final boolean terminal;
    private final Consumer<String> output;
    private int shown;
    private Duration next = FIRST_PAUSE;
    private Duration pause = FIRST_PAUSE;
    private boolean begun;

    /**
     * Creates a display.
     *
     * @param terminal whether the output is a terminal, and takes parts of lines
     * @param output the terminal, or what takes a line of log
     */
    ProgressDisplay(boolean terminal, Consumer<String> output) {
        this.terminal = terminal;
        this.output = output;
    }

    /** Returns the display for this process. */
    static ProgressDisplay forProcess() {
        return Terminal.isThere()
                ? new ProgressDisplay(true, ProgressDisplay::print)
                : new ProgressDisplay(false, Loggers.WARMUP::info);
    }

    private static void print(String text) {
        System.out.print(text);
        System.out.flush();
    }

    @Override
    public void onProgress(WarmupProgress progress) {
        if (progress.missingRows() == 0) {
            return; // the report says it
        }
        if (terminal) {
            overwrite(progress);
        } else {
            log(progress);
        }
    }

    private void overwrite(WarmupProgress progress) {
        String line = WHAT + progress;
        output.accept("\r" + line + " ".repeat(Math.max(0, shown - line.length())));
        shown = line.length();
    }

    /** Logs at one percent or after ten seconds, then after pauses that grow to a minute. */
    private void log(WarmupProgress progress) {
        boolean first = !begun && progress.percent() >= 1;
        if (first || progress.elapsed().compareTo(next) >= 0) {
            output.accept(WHAT + progress);
            next = progress.elapsed().plus(pause);
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            begun = true;
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Shows what the job did. */
    void end(WarmupReport report) {
        String line = WHAT + report;
        output.accept(terminal ? (shown > 0 ? "\n" : "") + line + "\n" : line);
    }
}
