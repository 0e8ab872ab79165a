package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.Strace;
import io.github.djlcachex.testing.SystemCall;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a writer asks of the kernel before it acknowledges, in the kernel's words. */
@Tag("T6")
class SystemCallOrderTest {

    private static final int RUNS = 5;

    @TempDir Path root;
    @TempDir Path errors;

    @Test
    void writer_traced_asksForTheDiskBeforeItAcknowledges() throws Exception {
        Reliability.prove(
                "T6 order of system calls",
                RUNS,
                line -> {
                    if (!Strace.isInstalled("strace")) {
                        line.skip("strace is not installed");
                    }
                    for (int i = 0; i < RUNS; i++) {
                        Path directory = Files.createDirectory(root.resolve("run-" + i));
                        CommitOrder order = new CommitOrder(directory, trace(directory));
                        assertThat(order.violations()).isEmpty();
                        line.note(
                                "each run: %d writes, %d fsyncs, %d renames, %d links"
                                        .formatted(
                                                order.count("write"),
                                                order.count("fsync"),
                                                order.count("rename"),
                                                order.count("link")));
                        line.run();
                    }
                });
    }

    private List<SystemCall> trace(Path directory) throws Exception {
        try (TracedChild child = new TracedChild(errors, directory);
                Strace strace = Strace.ofProcess(child.pid(), directory.resolveSibling("log"))) {
            child.open();
            assertThat(child.runToEnd()).as(child.errors()).contains("closed");
            return SystemCall.parse(strace.awaitEnd());
        }
    }
}
