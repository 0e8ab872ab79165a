package io.github.djlcachex.cli;

/**
 * A Progress is a line of the terminal that is written over: how much of some bytes was read. It
 * goes to standard error, and is left out where standard output is no terminal.
 */
final class Progress implements AutoCloseable {

    private static final long PAUSE_MS = 100;

    private final Terminal terminal;
    private final String what;
    private final long startMs;
    private long shownMs;
    private int length;

    Progress(Terminal terminal, String what) {
        this.terminal = terminal;
        this.what = Escapes.line(what);
        this.startMs = terminal.clock().millis();
        this.shownMs = startMs - PAUSE_MS;
    }

    void at(long bytes, long of) {
        long nowMs = terminal.clock().millis();
        if (terminal.isOutputTerminal() && nowMs - shownMs >= PAUSE_MS) {
            shownMs = nowMs;
            show(what + ": " + share(bytes, of) + rate(bytes, of, nowMs - startMs));
        }
    }

    private static String share(long bytes, long of) {
        return (of == 0 ? 100 : 100 * bytes / of) + " % of " + Figures.bytes(of);
    }

    private static String rate(long bytes, long of, long tookMs) {
        if (bytes == 0 || tookMs < 1000) {
            return "";
        }
        long perSecond = 1000 * bytes / tookMs;
        long leftSeconds = (of - bytes) / Math.max(1, perSecond);
        return ", " + Figures.bytes(perSecond) + "/s, " + leftSeconds + " s left";
    }

    private void show(String line) {
        int most = terminal.columns() - 1;
        String shown = line.length() > most ? line.substring(line.length() - most) : line;
        terminal.errorPart("\r" + shown + " ".repeat(Math.max(0, length - shown.length())));
        length = shown.length();
    }

    /** Takes the line away. */
    @Override
    public void close() {
        if (length > 0) {
            terminal.errorPart("\r" + " ".repeat(length) + "\r");
            length = 0;
        }
    }
}
