package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.NetworkFilesystems;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.WatchedJvm;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Four processes over two mounts of real network filesystems, whose servers fail meanwhile. */
@Tag("T28")
class NetworkFilesystemTest {

    private static final int ROWS = 40_000;
    private static final int ROUNDS = 8;
    private static final int ROWS_A_ROUND = 5_000;
    private static final int CLIENTS = 4;

    /** Another mount of sshfs lists a directory up to 20 s late, by its defaults. */
    private static final long VISIBLE_WITHIN_MS = 60_000;

    private static final long RECOVERY_MS = 5_000;

    /** Gluster's client tries a server that is gone every three seconds. */
    private static final long RECONNECTION_MS = 4_000;

    @TempDir Path scratch;

    private final List<WatchedJvm> clients = new ArrayList<>();

    private interface Proof {
        void run(NetworkFilesystems filesystems, Reliability line) throws Exception;
    }

    private void prove(String test, String kind, Proof proof) throws Exception {
        Reliability.prove(
                "T28 network filesystems: " + test + ", " + kind,
                1,
                line -> {
                    line.filesystem(kind);
                    Path base = scratch.resolve("net");
                    try (NetworkFilesystems filesystems =
                            NetworkFilesystems.start(line, base, kind)) {
                        try {
                            proof.run(filesystems, line);
                            line.run();
                        } finally {
                            clients.forEach(WatchedJvm::close);
                        }
                    }
                });
    }

    private WatchedJvm client(NetworkFilesystems filesystems, Path mount, ReadMode mode)
            throws IOException {
        WatchedJvm client =
                filesystems
                        .in(scratch)
                        .heap("-Xmx256m")
                        .start(NetworkClient.class, mount.resolve("cache"), mode);
        clients.add(client);
        client.awaitLine("ready");
        return client;
    }

    /** Has a client look up rows, counts what is wrong, and returns the hits. */
    private static long check(Reliability line, WatchedJvm client, int from, int to)
            throws IOException {
        client.send("check " + from + " " + to);
        line.wrong(WatchedJvm.number(client.awaitLine("wrong", 120)));
        return WatchedJvm.number(client.awaitLine("hits", 120));
    }

    private static boolean put(WatchedJvm client, int from, int to) throws IOException {
        client.send("put " + from + " " + to);
        String answer = client.awaitLine("", 120);
        while (!answer.startsWith("persisted") && !answer.startsWith("lost")) {
            answer = client.awaitLine("", 120);
        }
        return answer.startsWith("persisted");
    }

    /** Looks until all rows are there, or the time is over; returns how many were missed then. */
    private static long awaitAll(Reliability line, WatchedJvm client, int rows, long limitMs)
            throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMs);
        while (true) {
            client.send("refresh");
            client.awaitLine("refreshed", 120);
            long missed = rows - check(line, client, 0, rows);
            if (missed == 0 || System.nanoTime() > deadline) {
                return missed;
            }
        }
    }

    private static long rowsOnDisk(Path files) throws IOException {
        long rows = 0;
        for (Path path : TestFiles.below(files, ".arrow")) {
            SegmentName name =
                    SegmentName.parse(String.valueOf(path.getFileName()), SegmentName.COMMITTED)
                            .orElseThrow();
            SegmentFile.Opened opened = SegmentFile.open(new FileStorage(), path, name, false);
            Keys keys = opened.keys();
            rows += keys.size();
            opened.file().close();
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gluster", "replica", "sshfs", "plain", "moosefs"})
    void fourProcesses_overTwoMounts_storeAndReadEachOthersRows(String kind) throws Exception {
        prove(
                "four processes",
                kind,
                (filesystems, line) -> {
                    ReadMode[] modes = {
                        ReadMode.AUTOMATIC, ReadMode.MAPPED, ReadMode.POSITIONAL, ReadMode.AUTOMATIC
                    };
                    for (int i = 0; i < CLIENTS; i++) {
                        client(filesystems, filesystems.mount(kind, 1 + i % 2), modes[i]);
                    }
                    for (int round = 0; round < ROUNDS; round++) {
                        int from = round * ROWS_A_ROUND;
                        boolean persisted =
                                put(clients.get(round % CLIENTS), from, from + ROWS_A_ROUND);
                        assertThat(persisted).as("round " + round).isTrue();
                        check(line, clients.get((round + 1) % CLIENTS), 0, ROWS);
                    }
                    line.note("seen by refresh on the other mount after " + lagMs(line) + " ms");
                    clients.get(0).kill();
                    for (WatchedJvm client : clients.subList(1, CLIENTS)) {
                        line.lost(awaitAll(line, client, ROWS, VISIBLE_WITHIN_MS));
                    }
                });
    }

    /**
     * Returns how long rows of one mount take until a refresh on the other sees them: the median.
     */
    private long lagMs(Reliability line) throws IOException {
        List<Long> lags = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int from = ROWS + i * ROWS_A_ROUND;
            put(clients.get(0), from, from + ROWS_A_ROUND);
            long beginNs = System.nanoTime();
            do {
                clients.get(1).send("refresh");
                clients.get(1).awaitLine("refreshed", 120);
            } while (check(line, clients.get(1), from, from + ROWS_A_ROUND) < ROWS_A_ROUND);
            lags.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs));
        }
        return lags.stream().sorted().toList().get(lags.size() / 2);
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void server_killedAndRevived_readersHaveAllRowsAgain(ReadMode mode) throws Exception {
        prove(
                "server killed, " + mode,
                "gluster",
                (filesystems, line) -> {
                    WatchedJvm writer =
                            client(
                                    filesystems,
                                    filesystems.mount("gluster", 1),
                                    ReadMode.AUTOMATIC);
                    assertThat(put(writer, 0, ROWS)).isTrue();
                    WatchedJvm reader = client(filesystems, filesystems.mount("gluster", 2), mode);
                    check(line, reader, 0, ROWS / 2); // the other half is not in any cache
                    filesystems.brick("kill");
                    check(line, reader, 0, ROWS);
                    filesystems.brick("revive");
                    line.lost(awaitAll(line, reader, ROWS, RECOVERY_MS + RECONNECTION_MS));
                    put(writer, 0, ROWS);
                    put(reader, 0, ROWS);
                    assertThat(rowsOnDisk(filesystems.files("gluster"))).isEqualTo(ROWS);
                });
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void server_stoppedForAWhile_readersWaitAndHaveAllRows(ReadMode mode) throws Exception {
        prove(
                "server stopped, " + mode,
                "gluster",
                (filesystems, line) -> {
                    WatchedJvm writer =
                            client(
                                    filesystems,
                                    filesystems.mount("gluster", 1),
                                    ReadMode.AUTOMATIC);
                    assertThat(put(writer, 0, ROWS)).isTrue();
                    WatchedJvm reader = client(filesystems, filesystems.mount("gluster", 2), mode);
                    filesystems.brick("stop");
                    reader.send("check 0 " + ROWS);
                    TimeUnit.SECONDS.sleep(3);
                    filesystems.brick("cont");
                    line.wrong(WatchedJvm.number(reader.awaitLine("wrong", 120)));
                    line.lost(awaitAll(line, reader, ROWS, RECOVERY_MS));
                });
    }

    @ParameterizedTest
    @EnumSource(ReadMode.class)
    void connections_cut_readersHaveAllRowsAgain(ReadMode mode) throws Exception {
        prove(
                "connections cut, " + mode,
                "sshfs",
                (filesystems, line) -> {
                    WatchedJvm writer =
                            client(filesystems, filesystems.mount("sshfs", 1), ReadMode.AUTOMATIC);
                    assertThat(put(writer, 0, ROWS)).isTrue();
                    WatchedJvm reader = client(filesystems, filesystems.mount("sshfs", 2), mode);
                    awaitAll(line, reader, ROWS, VISIBLE_WITHIN_MS);
                    filesystems.cut();
                    line.lost(awaitAll(line, reader, ROWS, RECOVERY_MS));
                    put(reader, 0, ROWS);
                    assertThat(rowsOnDisk(filesystems.files("sshfs"))).isEqualTo(ROWS);
                });
    }

    @Test
    void mount_withoutCaches_readsWhatOthersStored() throws Exception {
        prove(
                "cold mount",
                "gluster",
                (filesystems, line) -> {
                    WatchedJvm writer =
                            client(
                                    filesystems,
                                    filesystems.mount("gluster", 1),
                                    ReadMode.AUTOMATIC);
                    assertThat(put(writer, 0, ROWS)).isTrue();
                    filesystems.again();
                    for (ReadMode mode : ReadMode.values()) {
                        WatchedJvm reader =
                                client(filesystems, filesystems.mount("gluster", 3), mode);
                        line.lost(ROWS - check(line, reader, 0, ROWS));
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"gluster", "moosefs"})
    void files_clearedTruncatedAndDeletedUnderReaders_giveNoWrongRow(String kind) throws Exception {
        prove(
                "files that go",
                kind,
                (filesystems, line) -> {
                    WatchedJvm writer =
                            client(filesystems, filesystems.mount(kind, 1), ReadMode.AUTOMATIC);
                    assertThat(put(writer, 0, ROWS)).isTrue();
                    for (ReadMode mode : ReadMode.values()) {
                        check(
                                line,
                                client(filesystems, filesystems.mount(kind, 2), mode),
                                0,
                                1_000);
                    }
                    writer.send("clear");
                    writer.awaitLine("cleared", 60);
                    for (WatchedJvm reader : clients.subList(1, clients.size())) {
                        check(line, reader, 0, ROWS);
                    }
                    assertThat(put(writer, 0, ROWS)).isTrue();
                    for (WatchedJvm reader : clients.subList(1, clients.size())) {
                        line.lost(awaitAll(line, reader, ROWS, VISIBLE_WITHIN_MS));
                    }
                    if (kind.equals("gluster")) {
                        truncate(filesystems.files(kind));
                        for (WatchedJvm reader : clients.subList(1, clients.size())) {
                            check(line, reader, 0, ROWS);
                        }
                    }
                });
    }

    /** Cuts every segment in the middle, on the server. */
    private static void truncate(Path files) throws IOException {
        for (Path path : TestFiles.below(files, ".arrow")) {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                file.truncate(file.size() / 2);
                file.write(ByteBuffer.allocate(0));
            }
        }
    }

    @Test
    void volume_thatIsFull_losesNothingThatWasAcknowledged() throws Exception {
        prove(
                "full volume",
                "full",
                (filesystems, line) -> {
                    WatchedJvm writer =
                            client(filesystems, filesystems.mount("full", 1), ReadMode.AUTOMATIC);
                    int acknowledged = 0;
                    while (put(writer, acknowledged, acknowledged + ROWS / 10)) {
                        acknowledged += ROWS / 10;
                        assertThat(acknowledged).isLessThan(1_000_000);
                    }
                    assertThat(acknowledged).isPositive();
                    WatchedJvm reader =
                            client(filesystems, filesystems.mount("full", 2), ReadMode.AUTOMATIC);
                    line.lost(acknowledged - check(line, reader, 0, acknowledged));
                    line.note(acknowledged + " rows before the volume was full");
                });
    }
}
