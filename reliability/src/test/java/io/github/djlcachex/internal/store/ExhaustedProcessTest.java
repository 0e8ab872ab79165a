package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.Root;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/** Training that goes on in a process that can open no file, or start no thread. */
@Tag("T10")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExhaustedProcessTest {

    private static final int MOST_DESCRIPTORS = 12;

    /** A user that owns no other process, so that a limit counts this one's threads alone. */
    private static final String LONELY_USER = "1998877";

    private static final String FILE_CAPABILITIES = "+dac_override,+dac_read_search";
    private static final int MAX_THREADS = 40;

    @TempDir Path scratch;

    @Test
    void process_withoutFileDescriptors_trainsOnAndWritingResumes() throws Exception {
        Reliability.prove(
                "T10 file descriptors exhausted",
                2L * (MOST_DESCRIPTORS + 1),
                line -> {
                    Root.demandCommand(line, "prlimit", "--nofile=200:200", "true");
                    int failedSteps = 0;
                    for (ReadMode mode : new ReadMode[] {ReadMode.MAPPED, ReadMode.POSITIONAL}) {
                        try (WatchedJvm child =
                                WatchedJvm.in(scratch)
                                        .under("prlimit", "--nofile=200:200")
                                        .start(
                                                ExhaustedPrograms.WithoutDescriptors.class,
                                                scratch.resolve(mode.name()),
                                                MOST_DESCRIPTORS,
                                                mode)) {
                            failedSteps += (int) judge(line, child);
                            assertThat(child.lines("half ")).containsOnly("half 0");
                            line.runs(child.lines("half ").size());
                        }
                    }
                    line.note(failedSteps + " steps could not be written");
                    assertThat(failedSteps).isPositive();
                });
    }

    @Test
    void process_withoutThreads_trainsOnAndWritingResumes() throws Exception {
        Reliability.prove(
                "T10 threads exhausted",
                1,
                line -> {
                    Root.demand(line);
                    Path directory = Files.createDirectories(scratch.resolve("threads"));
                    String[] asUser = {
                        "setpriv",
                        "--reuid=" + LONELY_USER,
                        "--clear-groups",
                        "--inh-caps=" + FILE_CAPABILITIES,
                        "--ambient-caps=" + FILE_CAPABILITIES,
                        "prlimit",
                        "--nproc=" + MAX_THREADS
                    };
                    try (WatchedJvm child =
                            WatchedJvm.in(scratch)
                                    .under(asUser)
                                    .start(ExhaustedPrograms.WithoutThreads.class, directory)) {
                        assertThat(judge(line, child)).as("failed steps").isBetween(5L, 100L);
                        assertThat(child.lastNumber("threads", 1000)).isLessThan(MAX_THREADS);
                        line.run();
                    }
                });
    }

    /** Returns how many steps could not be written. */
    private static long judge(Reliability line, WatchedJvm child) throws Exception {
        if (child.awaitEnd(120) != 0) {
            line.jvmDeath();
            throw new AssertionError(child.errors());
        }
        line.wrong(child.lastNumber("wrong", 1));
        line.lost(child.lastNumber("lost", 1));
        assertThat(child.lastNumber("acknowledged", 0)).isPositive();
        return child.lastNumber("failed", 0);
    }
}
