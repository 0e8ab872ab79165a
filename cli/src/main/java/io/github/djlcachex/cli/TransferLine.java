package io.github.djlcachex.cli;

import io.github.djlcachex.interop.TransferListener;
import io.github.djlcachex.interop.TransferProgress;

import java.time.Duration;
import java.time.Instant;

/** A TransferLine tells on a terminal how far an import or an export is, once a second. */
final class TransferLine implements TransferListener {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Terminal terminal;
    private final String verb;
    private Instant next;

    TransferLine(Terminal terminal, String verb) {
        this.terminal = terminal;
        this.verb = verb;
        this.next = terminal.clock().instant().plus(PAUSE);
    }

    @Override
    public void onProgress(TransferProgress progress) {
        Instant now = terminal.clock().instant();
        if (!terminal.isInteractive() || now.isBefore(next)) {
            return;
        }
        next = now.plus(PAUSE);
        String total =
                progress.totalRows().isPresent()
                        ? " of " + Figures.count(progress.totalRows().getAsLong())
                        : "";
        terminal.error(verb + " " + Figures.count(progress.rows()) + total + " rows");
    }
}
