package io.github.djlcachex.scenario.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.internal.store.StorePaths;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Directories with links, pipes, devices and junk: nothing blocks, nothing outside changes. */
@Tag("T21")
class HostileLinksTest {

    private static final Keys KEYS = TestRows.range(0, 20);
    private static final long LIMIT_S = 20;
    private static final Duration QUICK = Duration.ofSeconds(1);

    private static final List<List<String>> SPECIAL =
            List.of(
                    List.of("mkfifo", "PATH"),
                    List.of("mknod", "PATH", "c", "1", "5"), // as /dev/zero, which never ends
                    List.of("mknod", "PATH", "c", "5", "0")); // as /dev/tty, which waits

    @TempDir Path directory;

    private Path root;
    private Path outside;
    private Path segment;
    private Path secret;

    /** A store of its own lies outside, so that what is there could be taken for the cache's. */
    @BeforeEach
    void begin() throws IOException {
        root = directory.resolve("root");
        outside = directory.resolve("outside");
        secret = Files.createDirectories(outside).resolve("secret");
        Files.writeString(secret, "not for the cache");
        try (FeatureCache cache = Caches.at(outside).open()) {
            Caches.putAndFlush(cache, KEYS);
        }
        Path leftover = TestFiles.only(outside, ".arrow");
        String gone = leftover.getFileName().toString().replaceAll("_s[0-9]+_", "_s1_");
        Files.createFile(leftover.resolveSibling(gone.replace(".arrow", ".tmp")));
        begin(root);
    }

    private void begin(Path fresh) {
        root = fresh;
        try (FeatureCache cache = Caches.at(root).open()) {
            Caches.putAndFlush(cache, KEYS);
        }
        segment = TestFiles.only(root, ".arrow");
    }

    /** Every name outside with its bytes. */
    private Map<String, ByteBuffer> outsideNow() throws IOException {
        Map<String, ByteBuffer> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(outside)) {
            for (Path file : files.toList()) {
                boolean regular = Files.isRegularFile(file);
                found.put(
                        file.toString(),
                        ByteBuffer.wrap(regular ? Files.readAllBytes(file) : new byte[0]));
            }
        }
        return found;
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Runs a step that must neither block nor touch what is outside. */
    private void harmless(Reliability line, Step step) throws Exception {
        Map<String, ByteBuffer> before = outsideNow();
        CompletableFuture.runAsync(
                        () -> {
                            try {
                                step.run();
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                        })
                .get(LIMIT_S, TimeUnit.SECONDS);
        assertThat(outsideNow()).isEqualTo(before);
        line.run();
    }

    private String anotherName() {
        return segment.getFileName().toString().replace("-00000000.", "-00000009.");
    }

    @Test
    void entries_thatAreNoFiles_areSkippedAndNeitherBlockNorLeadOutside() throws Exception {
        Reliability.prove(
                "T21 links, pipes and devices as files",
                4 + possible(),
                line -> {
                    noteImpossible(line);
                    Path strange = segment.resolveSibling(anotherName());
                    Files.createSymbolicLink(strange, Path.of("/etc/passwd"));
                    harmless(line, this::assertStrangeIsSkipped);
                    Files.delete(strange);
                    Files.createLink(strange, secret);
                    harmless(line, this::assertStrangeIsSkipped);
                    Files.delete(strange);
                    Files.createLink(strange, TestFiles.only(outside, ".arrow"));
                    harmless(line, this::assertStrangeIsSkipped);
                    Files.delete(strange);
                    for (List<String> made : made()) {
                        make(made, strange);
                        harmless(line, this::assertStrangeIsSkipped);
                        Files.delete(strange);
                    }
                    Files.createSymbolicLink(strange, segment);
                    harmless(line, this::assertStrangeIsSkipped);
                });
    }

    /** What this system and user can make, tried in a place of no meaning. */
    private List<List<String>> made() throws InterruptedException, IOException {
        List<List<String>> made = new ArrayList<>();
        for (List<String> special : SPECIAL) {
            Path tried = directory.resolve("tried");
            if (isMade(special, tried)) {
                made.add(special);
                Files.delete(tried);
            }
        }
        return made;
    }

    private int possible() throws InterruptedException, IOException {
        return made().size();
    }

    /** Says loudly what is not tested. */
    private void noteImpossible(Reliability line) throws InterruptedException, IOException {
        List<List<String>> missing = new ArrayList<>(SPECIAL);
        missing.removeAll(made());
        if (!missing.isEmpty()) {
            String why = "not tested, since this user cannot make them: " + missing;
            System.err.println("NOT TESTED here: T21 special files: " + missing);
            line.note(why);
        }
    }

    /** Returns false where the system or its user cannot make such a thing. */
    private static boolean isMade(List<String> command, Path path) throws InterruptedException {
        List<String> words = new ArrayList<>(command);
        words.replaceAll(word -> word.equals("PATH") ? path.toString() : word);
        try {
            return new ProcessBuilder(words).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void make(List<String> command, Path path) throws InterruptedException {
        assertThat(isMade(command, path)).as("%s of %s", command, path).isTrue();
    }

    private void assertStrangeIsSkipped() {
        for (boolean readOnly : new boolean[] {true, false}) {
            try (FeatureCache cache = Caches.at(root).readOnly(readOnly).open()) {
                assertThat(cache.stats().skippedSegments()).isOne();
                Caches.assertAllRight(cache, KEYS);
            }
        }
    }

    @Test
    void contract_thatIsNoFile_isATypedExceptionAtOnce() throws Exception {
        Reliability.prove(
                "T21 links, pipes and devices as contract.json",
                3 + possible(),
                line -> {
                    noteImpossible(line);
                    Path contract = TestFiles.only(root, "contract.json");
                    Path kept = Files.move(contract, directory.resolve("kept"));
                    Files.createSymbolicLink(contract, kept);
                    harmless(line, this::assertOpensOrIsRefused);
                    Files.delete(contract);
                    Files.createSymbolicLink(contract, secret);
                    harmless(line, this::assertOpensOrIsRefused);
                    Files.delete(contract);
                    Files.createDirectory(contract);
                    harmless(line, this::assertOpensOrIsRefused);
                    Files.delete(contract);
                    for (List<String> made : made()) {
                        make(made, contract);
                        harmless(line, this::assertOpensOrIsRefused);
                        Files.delete(contract);
                    }
                });
    }

    private void assertOpensOrIsRefused() {
        for (boolean readOnly : new boolean[] {true, false}) {
            try (FeatureCache cache = Caches.at(root).readOnly(readOnly).open()) {
                Caches.rightHits(cache, KEYS);
            } catch (CacheException typed) {
                assertThat(typed).hasMessageContaining("contract.json");
            }
        }
    }

    /** The root itself may be a link: its owner chose it. What is in it may not lead out of it. */
    @Test
    void directory_thatIsALink_isRefusedAndNothingOutsideIsTouched() throws Exception {
        Reliability.prove(
                "T21 linked directories",
                8,
                line -> {
                    StorePaths there = Caches.paths(outside);
                    Files.createDirectory(there.damaged());
                    for (boolean readOnly : new boolean[] {true, false}) {
                        int number = 0;
                        for (Path target :
                                List.of(
                                        there.module(),
                                        there.generation(),
                                        there.segments(),
                                        there.damaged())) {
                            begin(directory.resolve("root " + readOnly + number++));
                            Path link = root.resolve(outside.relativize(target));
                            if (Files.exists(link)) {
                                TestFiles.deleteAll(link);
                            }
                            Files.createSymbolicLink(link, target);
                            harmless(line, () -> assertRefused(link, readOnly));
                        }
                    }
                });
        Path link = Files.createSymbolicLink(directory.resolve("link"), root);
        TestFiles.deleteAll(Caches.paths(root).module());
        try (FeatureCache cache = Caches.at(link).open()) {
            Caches.putAndFlush(cache, KEYS);
        }
    }

    private void assertRefused(Path link, boolean readOnly) {
        assertThatThrownBy(() -> Caches.at(root).readOnly(readOnly).open())
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining(link.toString())
                .hasMessageContaining("link");
    }

    @Test
    void file_replacedByALinkAfterTheListing_isNotFollowed() throws Exception {
        Reliability.prove(
                "T21 replaced between list and open",
                2,
                line -> {
                    for (String target : new String[] {"/etc/passwd", secret.toString()}) {
                        FaultyStorage storage = new FaultyStorage();
                        storage.rule(
                                (op, file) -> {
                                    if (op == FaultyStorage.Op.OPEN && file.equals(segment)) {
                                        Files.delete(file);
                                        Files.createSymbolicLink(file, Path.of(target));
                                    }
                                });
                        harmless(
                                line,
                                () -> {
                                    try (FeatureCache cache = Caches.at(root, storage).open()) {
                                        assertThat(cache.stats().skippedSegments()).isOne();
                                        assertThat(Caches.rightHits(cache, KEYS)).isZero();
                                    }
                                });
                        begin(directory.resolve("next " + line.runs()));
                    }
                });
    }

    @Test
    void junkFiles_inAnyNumber_costLittleTime() throws Exception {
        int files = Reliability.runs(100_000, 1_000_000);
        Reliability.prove(
                "T21 junk files",
                files,
                line -> {
                    Path segments = Caches.paths(root).segments();
                    for (int i = 0; i < files; i++) {
                        Files.createFile(segments.resolve("junk-" + i + ".arrow"));
                    }
                    Caches.at(root).open().close(); // the classes are loaded, the listing is cached
                    ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
                    long start = cpu.getCurrentThreadCpuTime();
                    try (FeatureCache cache = Caches.at(root).open()) {
                        Caches.assertAllRight(cache, KEYS);
                        assertThat(cache.stats().skippedSegments()).isZero();
                    }
                    Duration took = Duration.ofNanos(cpu.getCurrentThreadCpuTime() - start);
                    line.runs(files);
                    line.note("opened in " + took.toMillis() + " ms of processor time");
                    Duration limit = QUICK.multipliedBy(Math.max(1, files / 100_000));
                    assertThat(took).isLessThan(limit);
                });
    }
}
