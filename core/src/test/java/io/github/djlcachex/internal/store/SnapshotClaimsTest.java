package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** Who may write the snapshot, and where it is written. */
public class SnapshotClaimsTest {

    private static final ProcessIdentity ELSEWHERE = new ProcessIdentity(0, 1, 1, 1, 1);

    @TempDir Path directory;

    private static Path leave(Path index, ProcessIdentity process) throws IOException {
        return Files.createFile(Files.createDirectories(index).resolve(nameOf(process)));
    }

    private static String nameOf(ProcessIdentity process) {
        return new SegmentName(new WriterId(process, 1), 0).temporaryFile();
    }

    /** The claim of a process of another host, in front of all others. */
    public static String nameOfAnother() {
        return nameOf(ELSEWHERE);
    }

    private static void age(Path file, long minutes) throws IOException {
        long nowMs = Files.getLastModifiedTime(file).toMillis();
        Files.setLastModifiedTime(file, FileTime.fromMillis(nowMs - minutes * 60_000));
    }

    @Test
    void claim_behindAnotherOne_countsWhileTheOtherMayBeWritten() throws IOException {
        SegmentName own = new SegmentName(WriterId.draw(), 0);
        Files.createFile(directory.resolve(own.temporaryFile()));
        SnapshotClaims claims = new SnapshotClaims(new FileStorage(), directory);
        assertThat(claims.isAnotherFirst(own)).isFalse();
        Path other = leave(directory, ELSEWHERE);
        assertThat(claims.isAnotherFirst(own)).isTrue();
        age(other, 9);
        assertThat(claims.isAnotherFirst(own)).isTrue();
        age(other, 2);
        assertThat(claims.isAnotherFirst(own)).isFalse();
    }

    @Test
    void claim_ofAProcessThatIsGone_isNone() throws IOException {
        ProcessIdentity now = ProcessIdentity.current();
        ProcessIdentity gone = new ProcessIdentity(now.host(), now.boot(), now.namespace(), 0, 1);
        assertThat(gone.isGone(now)).isTrue();
        leave(directory, gone);
        SegmentName own = new SegmentName(new WriterId(now, 9), 0);
        Files.createFile(directory.resolve(own.temporaryFile()));
        assertThat(nameOf(gone)).isLessThan(own.temporaryFile());
        SnapshotClaims claims = new SnapshotClaims(new FileStorage(), directory);
        assertThat(claims.isAnotherFirst(own)).isFalse();
    }

    @Test
    void snapshot_besideADeadHostsClaim_isWritten() throws IOException {
        try (FeatureCache cache = Caches.at(directory).indexSnapshotRows(10).open()) {
            age(leave(Caches.paths(directory).index(), ELSEWHERE), 60);
            Caches.putAndFlush(cache, TestRows.range(0, 20));
        }
        assertThat(Caches.paths(directory).snapshot()).exists();
    }

    /** As after an unmount: what is below the mount point then belongs to somebody else. */
    @Test
    void close_ofACacheThatIsGone_createsNothingInItsPlace() throws IOException {
        Path root = directory.resolve("mounted");
        try (FeatureCache cache = Caches.at(root).indexSnapshotRows(10).open()) {
            Caches.putAndFlush(cache, TestRows.range(0, 5));
            Caches.put(cache, TestRows.range(5, 20));
            Files.move(root, directory.resolve("away"));
            Files.createDirectory(root);
            cache.putNote("note", "text");
        }
        assertThat(root).isEmptyDirectory();
    }
}
