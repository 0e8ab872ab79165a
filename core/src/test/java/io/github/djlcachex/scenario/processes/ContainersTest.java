package io.github.djlcachex.scenario.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.scenario.lifecycle.LocalesTest;
import io.github.djlcachex.scenario.programs.ChildPrograms;
import io.github.djlcachex.scenario.programs.ContainerPrograms;
import io.github.djlcachex.scenario.programs.WriterPrograms;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.MemoryGroup;
import io.github.djlcachex.testing.Namespaces;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What containers and shared machines do to a cache, in namespaces instead of containers. */
public class ContainersTest {

    private static final List<String> MOUNTS = List.of("--mount");
    private static final List<String> PROCESSES = List.of("--mount", "--pid", "--mount-proc");
    private static final String RUN = "exec \"$@\"";

    @TempDir Path directory;
    @TempDir Path errors;

    /** Runs a {@link LocalesTest.Traveller}: it reads, writes, opens again, reads and verifies. */
    private void travel(int before, String script, Path cache) throws Exception {
        try (ChildJvm child =
                Namespaces.start(
                        errors, MOUNTS, script, LocalesTest.Traveller.class, cache, before)) {
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
        }
    }

    @Test
    public void put_ofTwoProcessNamespacesWithOnePid_losesNoRow() throws Exception {
        Namespaces.demand("process namespaces", "true");
        try (ChildJvm first = startWriter(0, 300);
                ChildJvm second = startWriter(200, 500)) {
            first.awaitLine("ready");
            second.awaitLine("ready");
            first.send("go");
            second.send("go");
            assertThat(first.awaitEnd()).as(first.errors()).isZero();
            assertThat(second.awaitEnd()).as(second.errors()).isZero();
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.segments()).allMatch(segment -> segment.writer().contains("_p1_"));
            assertThat(cache.segments().stream().map(SegmentInfo::writer).distinct()).hasSize(2);
            assertThat(cache.rowCount()).isEqualTo(500);
            assertThat(cache.stats().skippedSegments()).isZero();
            Caches.assertAllRight(cache, TestRows.range(0, 500));
        }
    }

    private ChildJvm startWriter(int from, int to) throws IOException {
        return Namespaces.start(
                errors, PROCESSES, RUN, ChildPrograms.Writer.class, directory, from, to);
    }

    @Test
    public void open_inAnotherProcessNamespace_keepsWhatALiveWriterWrites() throws Exception {
        Namespaces.demand("process namespaces", "true");
        try (ChildJvm holder =
                Namespaces.start(errors, PROCESSES, RUN, ChildPrograms.Holder.class, directory)) {
            Path temporary = temporaryOf(holder);
            openAndClose(PROCESSES, RUN);
            Caches.at(directory).open().close();
            assertThat(temporary).exists();
        }
    }

    private Path temporaryOf(ChildJvm holder) throws IOException {
        String writer = holder.awaitLine("writer").substring("writer ".length());
        Path file = Caches.paths(directory).segments().resolve(writer + "-00000099.tmp");
        return Files.writeString(file, "half a segment");
    }

    private void openAndClose(List<String> namespaces, String script) throws Exception {
        try (ChildJvm opener =
                Namespaces.start(
                        errors,
                        namespaces,
                        script,
                        ChildPrograms.Writer.class,
                        directory,
                        10,
                        35)) {
            opener.awaitLine("ready");
            opener.send("go");
            assertThat(opener.awaitLine("stored")).isEqualTo("stored 25");
            assertThat(opener.awaitEnd()).as(opener.errors()).isZero();
        }
    }

    @Test
    public void open_byAUserFromWhomProcessesAreHidden_keepsWhatALiveWriterWrites()
            throws Exception {
        String hidden = "mount -t proc -o hidepid=2 proc /proc; " + Namespaces.NAMELESS_USER;
        Namespaces.demand("hidden processes", hidden);
        try (ChildJvm holder = ChildJvm.start(errors, ChildPrograms.Holder.class, directory)) {
            Path temporary = temporaryOf(holder);
            giveTo(54321, directory);
            openAndClose(MOUNTS, hidden);
            assertThat(temporary).exists();
        }
    }

    private static void giveTo(int user, Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    @Test
    public void cache_ofAUserWithoutName_works() throws Exception {
        Namespaces.demand("a user without name", Namespaces.NAMELESS_USER);
        LocalesTest.Traveller.write(directory, 0);
        giveTo(54321, directory);
        travel(1, Namespaces.NAMELESS_USER, directory);
        LocalesTest.Traveller.check(directory, 2);
    }

    @Test
    public void cache_whereKernelNamesAreHidden_works() throws Exception {
        String script = "mount -t tmpfs tmpfs /proc/sys; " + RUN;
        Namespaces.demand("a hidden /proc/sys", script);
        LocalesTest.Traveller.write(directory, 0);
        travel(1, script, directory);
        LocalesTest.Traveller.check(directory, 2);
        try (FeatureCache cache = WriterPrograms.at(directory, KeyType.INT64).open()) {
            assertThat(cache.segments()).anyMatch(info -> info.writer().contains("_b00000000_"));
        }
    }

    @Test
    public void cache_onTheOneWritableVolume_works() throws Exception {
        String script =
                "mount --bind "
                        + directory
                        + " "
                        + directory
                        + "; mount -o remount,bind,ro /; ! touch "
                        + errors
                        + "; "
                        + RUN;
        Namespaces.demand("a read-only root", script);
        LocalesTest.Traveller.write(directory, 0);
        travel(1, script, directory);
        LocalesTest.Traveller.check(directory, 2);
    }

    @Test
    public void cache_whereSharedMemoryIsTiny_works() throws Exception {
        String script = "mount -t tmpfs -o size=4k tmpfs /dev/shm; " + RUN;
        Namespaces.demand("a tiny /dev/shm", script);
        LocalesTest.Traveller.write(directory, 0);
        travel(1, script, directory);
        LocalesTest.Traveller.check(directory, 2);
    }

    @Test
    public void put_onATinyVolume_failsNothingAndKeepsWhatIsAcknowledged() throws Exception {
        String script = "mount -t tmpfs -o size=64k tmpfs " + directory + "; " + RUN;
        Namespaces.demand("a tiny volume", script);
        try (ChildJvm child =
                Namespaces.start(
                        errors, MOUNTS, script, ContainerPrograms.TinyVolume.class, directory)) {
            assertThat(child.awaitLine("complete")).isEqualTo("complete false");
            assertThat(child.awaitLine("kept")).isEqualTo("kept true");
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
        }
    }

    @Test
    public void gather_ofMoreThanTheMemoryLimit_isRightAndLives() throws Exception {
        Namespaces.demand("a memory limit", "true");
        try (MemoryGroup group = memoryGroup();
                ChildJvm child =
                        Namespaces.start(
                                errors,
                                MOUNTS,
                                group.join() + RUN,
                                ContainerPrograms.LargerThanMemory.class,
                                directory)) {
            for (ReadMode mode : ReadMode.values()) {
                assertThat(child.awaitLine(mode.name()))
                        .isEqualTo(mode + " " + ContainerPrograms.LargerThanMemory.ROWS);
            }
            assertThat(child.awaitEnd()).as(child.errors()).isZero();
        }
    }

    private static MemoryGroup memoryGroup() {
        try {
            return MemoryGroup.create(ContainerPrograms.LargerThanMemory.LIMIT_BYTES);
        } catch (IOException e) {
            System.err.println("NOT TESTED here: a memory limit: " + e);
            return Assumptions.abort("no control group for memory can be made here");
        }
    }
}
