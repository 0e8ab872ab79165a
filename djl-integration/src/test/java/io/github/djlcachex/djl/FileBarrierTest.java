package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidOptionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;

/** Ranks that wait for each other by files. */
class FileBarrierTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir Path directory;

    private FileBarrier barrier(String runId, int rank, int worldSize, Duration timeout) {
        return FileBarrier.builder()
                .setDirectory(directory)
                .setRunId(runId)
                .optRank(rank, worldSize)
                .optTimeout(timeout)
                .build();
    }

    private List<String> files(String runId) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(runId))) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        }
    }

    @Test
    void await_onThreeRanks_returnsOnlyOnceAllHaveCome() throws Exception {
        int ranks = 3;
        int barriers = 20;
        AtomicIntegerArray come = new AtomicIntegerArray(ranks);
        ExecutorService executor = Executors.newFixedThreadPool(ranks);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int r = 0; r < ranks; r++) {
                int rank = r;
                FileBarrier barrier = barrier("run", rank, ranks, LONG);
                ends.add(
                        executor.submit(
                                () -> {
                                    for (int number = 1; number <= barriers; number++) {
                                        come.set(rank, number);
                                        barrier.await();
                                        for (int other = 0; other < ranks; other++) {
                                            assertThat(come.get(other))
                                                    .isGreaterThanOrEqualTo(number);
                                        }
                                    }
                                }));
            }
            for (Future<?> end : ends) {
                end.get(120, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(files("run")).hasSize(ranks);
    }

    @Test
    void await_ranksThatDoNotCome_namesThem() {
        barrier("run", 2, 4, SHORT);
        assertMissing(barrier("run", 2, 4, SHORT), 0, 1, 3);
        MissingRanksException e = assertMissing(barrier("run", 0, 4, SHORT), 1, 3);
        assertThat(e).hasMessageContainingAll("barrier 0 of run 'run'", "[1, 3]", "rank 0 of 4");
    }

    private static MissingRanksException assertMissing(FileBarrier barrier, Integer... ranks) {
        MissingRanksException e = catchThrowableOfType(MissingRanksException.class, barrier::await);
        assertThat(e.missingRanks()).containsExactly(ranks);
        return e;
    }

    @Test
    void await_afterATimeout_waitsAtTheSameBarrier() {
        FileBarrier first = barrier("run", 0, 2, SHORT);
        FileBarrier second = barrier("run", 1, 2, SHORT);
        assertMissing(first, 1);
        second.await();
        first.await();
        assertMissing(second, 0);
    }

    @Test
    void await_atTheNextBarrier_hasDeletedTheFilesOfTheOneBefore() throws IOException {
        FileBarrier first = barrier("run", 0, 2, SHORT);
        FileBarrier second = barrier("run", 1, 2, SHORT);
        for (int number = 0; number < 3; number++) {
            assertMissing(first, 1);
            second.await();
            first.await();
            assertThat(files("run"))
                    .containsExactly(number + "-rank-0-of-2", number + "-rank-1-of-2");
        }
    }

    @Test
    void await_runIdOfAnEarlierStart_isRefusedWithWhatToDo() {
        barrier("run", 0, 1, SHORT).await();
        assertThatThrownBy(barrier("run", 0, 1, SHORT)::await)
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("run id 'run'", "new id", "0-rank-0-of-1");
        barrier("run-2", 0, 1, SHORT).await();
    }

    @Test
    void await_ranksOfOtherNumbers_waitsForTheOnesThatItWasTold() {
        assertMissing(barrier("run", 0, 2, SHORT), 1);
        assertMissing(barrier("run", 1, 3, SHORT), 0, 2);
    }

    @Test
    void await_interrupted_throwsAndKeepsTheInterrupt() {
        FileBarrier barrier = barrier("run", 0, 2, LONG);
        Thread.currentThread().interrupt();
        MissingRanksException e = assertMissing(barrier, 1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(e).hasMessageContaining("interrupt");
    }

    @Test
    void await_directoryThatCannotBe_isATypedRefusal() throws IOException {
        Files.createFile(directory.resolve("run"));
        assertThatThrownBy(barrier("run", 0, 2, SHORT)::await)
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining("every rank may write to");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ".", "..", "a/b", "..\\a", "a\u0000", "\u00e4"})
    void runId_thatIsNoName_isRefused(String runId) {
        assertThatThrownBy(() -> FileBarrier.builder().setRunId(runId))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("runId");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT25H"})
    void timeout_outOfItsLimits_isRefused(String timeout) {
        assertThatThrownBy(() -> FileBarrier.builder().optTimeout(Duration.parse(timeout)))
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("timeout");
    }

    @Test
    void build_withoutADirectoryOrARunId_isRefused() {
        assertThatThrownBy(() -> FileBarrier.builder().setRunId("run").build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("setDirectory");
        assertThatThrownBy(() -> FileBarrier.builder().setDirectory(directory).build())
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContaining("setRunId");
    }
}
