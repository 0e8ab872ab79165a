package io.github.djlcachex.interop;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.interop.internal.export.Output;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.internal.table.RowColumns;
import io.github.djlcachex.row.StaleSnapshotException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** One run of an export. */
final class Export {

    private static final int ATTEMPTS = 3;

    private final ExportPlan plan;
    private final @Nullable TransferListener listener;

    Export(ExportPlan plan, @Nullable TransferListener listener) {
        this.plan = plan;
        this.listener = listener;
    }

    /** A compaction or an eviction that deletes a file makes the export begin anew. */
    ExportReport run() {
        plan.checkTarget();
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt();
            } catch (StaleSnapshotException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private ExportReport attempt() {
        long started = System.nanoTime();
        CacheSnapshot snapshot = plan.cache().snapshot();
        RowColumns columns =
                plan.rowColumns(snapshot.schema().orElse(null), snapshot.keyType().orElse(null));
        try (RowStream stream = stream(snapshot);
                Output output =
                        new Output(
                                plan.format(),
                                plan.target(),
                                columns.columns(),
                                plan.rowsPerFile(),
                                plan.isDirectory(),
                                plan.overwrites())) {
            long total = snapshot.rows();
            while (stream.next()) {
                write(stream, columns, output);
                tell(output, total);
            }
            List<Path> files = output.finish();
            return new ExportReport(
                    output.rows(),
                    stream.damagedRows(),
                    files,
                    bytes(files),
                    Duration.ofNanos(System.nanoTime() - started));
        } catch (IOException e) {
            throw Refusals.io(plan.target(), e);
        }
    }

    private RowStream stream(CacheSnapshot snapshot) {
        return plan.order() == RowOrder.FILE
                ? new RowsByFile(snapshot)
                : new RowsByKey(plan.cache(), snapshot.schema().orElseThrow());
    }

    /** Writes a batch, or the parts of it that go to several files. */
    private static void write(RowStream stream, RowColumns columns, Output output)
            throws IOException {
        int rows = stream.keys().size();
        int from = 0;
        while (from < rows) {
            int count = (int) Math.min(rows - from, output.room());
            if (count == rows) {
                output.write(columns.of(stream.keys(), stream.rows()));
            } else {
                int[] some = new int[count];
                for (int i = 0; i < count; i++) {
                    some[i] = from + i;
                }
                output.write(columns.of(stream.keys().select(some), stream.rows().select(some)));
            }
            from += count;
        }
    }

    private void tell(Output output, long total) {
        if (listener != null) {
            int done = output.filesDone();
            listener.onProgress(
                    new TransferProgress(
                            plan.target(),
                            output.rows(),
                            OptionalLong.of(total),
                            done,
                            Math.max(1, done)));
        }
    }

    private static long bytes(List<Path> files) throws IOException {
        long bytes = 0;
        for (Path file : files) {
            bytes += Files.size(file);
        }
        return bytes;
    }
}
