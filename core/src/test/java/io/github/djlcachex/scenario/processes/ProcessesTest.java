package io.github.djlcachex.scenario.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.scenario.programs.ChildPrograms;
import io.github.djlcachex.testing.ChildJvm;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What several processes do to one directory, each a JVM of its own. */
class ProcessesTest {

    @TempDir Path directory;
    @TempDir Path errors;

    private ChildJvm start(Class<?> program, Object... arguments) throws IOException {
        return ChildJvm.start(errors, program, arguments);
    }

    private static long number(String line) {
        return Long.parseLong(line.substring(line.indexOf(' ') + 1));
    }

    @Test
    void put_twoProcessesWriteOverlappingKeys_noRowIsLostOrWrong() throws Exception {
        try (FeatureCache observer = Caches.at(directory).readOnly(true).open();
                ChildJvm first = start(ChildPrograms.Writer.class, directory, 0, 600);
                ChildJvm second = start(ChildPrograms.Writer.class, directory, 400, 1000)) {
            assertThat(observer.rowCount()).isZero();
            first.awaitLine("ready");
            second.awaitLine("ready");
            first.send("go");
            second.send("go");
            assertThat(number(first.awaitLine("stored"))).isEqualTo(600);
            assertThat(number(second.awaitLine("stored"))).isBetween(400L, 600L);
            assertThat(first.awaitEnd()).as(first.errors()).isZero();
            assertThat(second.awaitEnd()).as(second.errors()).isZero();

            assertThat(observer.refresh()).isEqualTo(48);
            assertThat(observer.rowCount()).isEqualTo(1000);
            Caches.assertAllRight(observer, TestRows.range(0, 1000));
        }
        try (FeatureCache opened = Caches.at(directory).open()) {
            assertThat(opened.rowCount()).isEqualTo(1000);
            assertThat(opened.stats().skippedSegments()).isZero();
            Caches.assertAllRight(opened, TestRows.range(0, 1000));
        }
    }

    @Test
    void flush_thenKillMinus9_losesNoAcknowledgedRow() throws Exception {
        long acknowledged = 0;
        for (int flushes = 1; flushes <= 9; flushes += 4) {
            try (ChildJvm writer = start(ChildPrograms.Endless.class, directory, acknowledged)) {
                for (int i = 0; i < flushes; i++) {
                    acknowledged = Math.max(acknowledged, number(writer.awaitLine("flushed")));
                }
                List<String> rest = writer.kill();
                for (String line : rest) {
                    if (line.matches("flushed [0-9]+0")) {
                        acknowledged = Math.max(acknowledged, number(line));
                    }
                }
            }
            try (FeatureCache cache = Caches.at(directory).open()) {
                assertThat(TestFiles.below(directory, ".tmp")).isEmpty();
                assertThat(cache.stats().skippedSegments()).isZero();
                Caches.assertAllRight(cache, TestRows.range(0, acknowledged));
                Caches.rightHits(cache, TestRows.range(acknowledged, acknowledged + 100));
            }
        }
        assertThat(acknowledged).isPositive();
    }

    @Test
    void main_thatForgetsClose_losesNoRow() throws Exception {
        try (ChildJvm forgetful = start(ChildPrograms.Forgetful.class, directory)) {
            assertThat(forgetful.awaitLine("stored")).isEqualTo("stored 500");
            assertThat(forgetful.awaitEnd()).as(forgetful.errors()).isZero();
        }
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.assertAllRight(cache, TestRows.range(0, 500));
        }
    }

    @Test
    void hotPath_withoutAnyJvmFlag_runs() throws Exception {
        try (ChildJvm child = start(ChildPrograms.HotPath.class, directory)) {
            assertThat(child.awaitLine("missed")).isEqualTo("missed 1000");
            assertThat(child.awaitLine("right")).isEqualTo("right 1000");
            assertThat(child.awaitLine("missed")).isEqualTo("missed 1000");
            assertThat(child.awaitLine("right")).isEqualTo("right 1000");
            assertThat(child.awaitLine("flags")).isEqualTo("flags [-Xmx256m]");
            assertThat(child.awaitEnd()).isZero();
            assertThat(child.errors()).doesNotContainIgnoringCase("warning");
        }
    }

    @Test
    void writerRank0_inRank1Of2_writesNothingSaysSoOnceAndReadsRank0() throws Exception {
        try (FeatureCache rank0 = Caches.at(directory).writerRank(0).rank(0, 2).open();
                ChildJvm rank1 = startRank1()) {
            assertThat(rank1.awaitLine("writable")).isEqualTo("writable false");
            assertThat(rank1.awaitLine("declined")).isEqualTo("declined 10");
            assertThat(rank1.awaitLine("declined")).isEqualTo("declined 10");
            assertThat(rank1.awaitLine("hits")).isEqualTo("hits 20");
            rank1.awaitLine("ready");
            assertThat(TestFiles.below(directory, ".arrow")).isEmpty();
            assertThat(TestFiles.below(directory, ".json")).isEmpty();
            Caches.putAndFlush(rank0, TestRows.range(20, 120));
            rank1.send("go");
            assertThat(rank1.awaitLine("added")).isEqualTo("added 1");
            assertThat(rank1.awaitLine("hits")).isEqualTo("hits 120");
            assertThat(rank1.awaitEnd()).isZero();
            assertThat(TestFiles.below(directory, ".arrow")).hasSize(1);
            assertThat(rank1.errors().lines().filter(line -> line.contains("are not stored")))
                    .singleElement()
                    .asString()
                    .contains("this is rank 1 of 2, rank 0 writes");
        }
    }

    private ChildJvm startRank1() throws IOException {
        return ChildJvm.startWith(
                errors,
                java.util.Map.of("RANK", "1", "WORLD_SIZE", "2"),
                ChildPrograms.SecondRank.class,
                directory);
    }

    @Test
    void open_leftoverOfAKilledProcess_isRemoved() throws Exception {
        Path leftover;
        try (ChildJvm holder = start(ChildPrograms.Holder.class, directory)) {
            String writer = holder.awaitLine("writer").substring("writer ".length());
            leftover = Caches.paths(directory).segments().resolve(writer + "-00000099.tmp");
            Files.writeString(leftover, "half a segment");
            Caches.at(directory).open().close();
            assertThat(leftover).as("of a running process").exists();
            holder.kill();
        }
        Caches.at(directory).open().close();
        assertThat(leftover).as("of a killed process").doesNotExist();
        assertThat(TestFiles.below(directory, ".arrow")).hasSize(1);
    }

    @Test
    void open_leftoverOfAnotherHost_isRemovedOnlyAfterADay() throws IOException {
        Caches.at(directory).open().close();
        Path leftover =
                Caches.paths(directory)
                        .segments()
                        .resolve("h00000001_b00000002_n3_p4_s5_r00000006-00000000.tmp");
        Files.writeString(leftover, "half a segment");
        Caches.at(directory).open().close();
        assertThat(leftover).exists();
        Files.setLastModifiedTime(
                leftover, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
        Caches.at(directory).readOnly(true).open().close();
        assertThat(leftover).as("a reader removes nothing").exists();
        Caches.at(directory).open().close();
        assertThat(leftover).doesNotExist();
    }
}
