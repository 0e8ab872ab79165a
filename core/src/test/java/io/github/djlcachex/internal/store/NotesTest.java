package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheClosedException;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Texts beside the rows: kept, never trusted, and never in the way. */
class NotesTest {

    private static final String TEXT = "size 148\n\u00e4 \uD83D\uDE00\n";

    @TempDir Path directory;

    private Path notes() {
        return Caches.paths(directory).notes();
    }

    private Path onlyNote() throws IOException {
        try (Stream<Path> files = Files.list(notes())) {
            return files.reduce(
                            (one, other) -> {
                                throw new AssertionError(one + " and " + other);
                            })
                    .orElseThrow();
        }
    }

    private void put(String name, String text) {
        try (FeatureCache cache = Caches.at(directory).open()) {
            cache.putNote(name, text);
        }
    }

    private void assertNone(String name) {
        for (boolean readOnly : new boolean[] {true, false}) {
            try (FeatureCache cache = Caches.at(directory).readOnly(readOnly).open()) {
                assertThat(cache.note(name)).isEmpty();
                assertThat(cache.verify().isIntact()).isTrue();
            }
        }
    }

    @Test
    void note_afterAReopen_isWhatWasWrittenLast() throws IOException {
        try (FeatureCache cache = Caches.at(directory).open()) {
            assertThat(cache.note("a")).isEmpty();
            cache.putNote("a", "old");
            cache.putNote("a", TEXT);
            cache.putNote("../../a", "");
            assertThat(cache.note("a")).contains(TEXT);
        }
        try (FeatureCache cache = Caches.at(directory).readOnly(true).open()) {
            assertThat(cache.note("a")).contains(TEXT);
            assertThat(cache.note("../../a")).contains("");
            assertThat(cache.note("b")).isEmpty();
        }
        try (Stream<Path> files = Files.list(notes())) {
            List<String> names = files.map(file -> file.getFileName().toString()).toList();
            assertThat(names).hasSize(2).allMatch(NoteFile::isName);
        }
    }

    @Test
    void note_ofAReaderOrAnotherRank_isNotWritten() {
        put("a", "first");
        try (FeatureCache reader = Caches.at(directory).readOnly(true).open();
                FeatureCache rank = Caches.at(directory).writerRank(0).rank(1, 2).open()) {
            reader.putNote("a", "second");
            rank.putNote("a", "second");
            assertThat(rank.note("a")).contains("first");
        }
    }

    @Test
    void note_ofBadNameOrSize_isRefused() {
        try (FeatureCache cache = Caches.at(directory).open()) {
            for (String name : List.of("", " ", "a\nb", "x".repeat(1025), "\uD800")) {
                assertThatThrownBy(() -> cache.putNote(name, "text"))
                        .isInstanceOf(InvalidOptionException.class);
                assertThatThrownBy(() -> cache.note(name))
                        .isInstanceOf(InvalidOptionException.class);
            }
            assertThatThrownBy(() -> cache.putNote("a", "x".repeat((64 << 10) + 1)))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("65536");
            assertThatThrownBy(() -> cache.putNote("a", "\uD800"))
                    .isInstanceOf(InvalidOptionException.class);
            cache.putNote("a", "x".repeat(64 << 10));
            assertThat(cache.note("a").orElseThrow()).hasSize(64 << 10);
        }
    }

    @Test
    void note_ofAClosedCache_isATypedException() {
        FeatureCache cache = Caches.at(directory).open();
        cache.close();
        assertThatThrownBy(() -> cache.note("a")).isInstanceOf(CacheClosedException.class);
        assertThatThrownBy(() -> cache.putNote("a", "b")).isInstanceOf(CacheClosedException.class);
    }

    @Test
    void note_withAnyBitFlippedOrCut_isNone() throws IOException {
        put("a", "text");
        Path file = onlyNote();
        byte[] whole = Files.readAllBytes(file);
        try (FeatureCache cache = Caches.at(directory).open()) {
            for (int i = 0; i < whole.length; i++) {
                byte[] flipped = whole.clone();
                flipped[i] ^= (byte) (1 << i % 8);
                Files.write(file, flipped);
                assertThat(cache.note("a")).as("flip in byte %s", i).isEmpty();
                Files.write(file, java.util.Arrays.copyOf(whole, i));
                assertThat(cache.note("a")).as("%s bytes", i).isEmpty();
            }
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length + 1));
            assertThat(cache.note("a")).isEmpty();
            Files.write(file, new byte[1 << 20]);
            assertThat(cache.note("a")).isEmpty();
            Files.write(file, whole);
            assertThat(cache.note("a")).contains("text");
        }
    }

    @Test
    void note_ofAnotherNameOrGeneration_isNone() throws IOException {
        put("a", "text");
        Path file = onlyNote();
        Files.copy(file, file.resolveSibling(new NoteFile("any", "b").fileName()));
        assertNone("b");
        try (FeatureCache other = Caches.at(directory).fingerprint("other").open()) {
            Path there = Files.createDirectory(other.directory().resolve("notes"));
            Files.copy(file, there.resolve(file.getFileName()));
            assertThat(other.note("a")).isEmpty();
        }
    }

    @Test
    void note_thatIsALinkOrADirectory_isNoneAndStays() throws IOException {
        put("a", "text");
        Path file = onlyNote();
        Path aside = Files.move(file, directory.resolve("aside"));
        Files.createSymbolicLink(file, aside);
        assertNone("a");
        try (FeatureCache cache = Caches.at(directory).open()) {
            cache.putNote("a", "new");
            assertThat(cache.note("a")).contains("new");
        }
        assertThat(Files.readString(aside)).endsWith("text");
        Files.delete(file);
        Files.createDirectory(file);
        assertNone("a");
        put("a", "fails, and nobody minds");
        assertThat(file).isDirectory();
    }

    @Test
    void notes_directoryThatIsALink_isRefusedOrPassedOver() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        try (FeatureCache cache = Caches.at(directory).open()) {
            Files.createSymbolicLink(notes(), outside);
            cache.putNote("a", "text");
            assertThat(cache.note("a")).isEmpty();
        }
        assertThat(outside).isEmptyDirectory();
        assertThatThrownBy(() -> Caches.at(directory).open())
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining("link");
    }

    @Test
    void putNote_whenAnyStepFails_throwsNothingAndKeepsTheOldOne() throws IOException {
        for (Op op : List.of(Op.CREATE, Op.WRITE, Op.FORCE, Op.RENAME, Op.CREATE_DIRECTORY)) {
            Path root = directory.resolve(op.toString());
            FaultyStorage storage = new FaultyStorage();
            try (FeatureCache cache = Caches.at(root, storage).open()) {
                cache.putNote("a", "old");
                storage.rule(
                        (asked, file) -> {
                            if (asked == op && file.toString().contains("notes")) {
                                throw new IOException("no space");
                            }
                        });
                cache.putNote("a", "new");
                storage.heal();
                assertThat(cache.note("a")).as(op.toString()).contains("old");
            }
            try (Stream<Path> files = Files.list(Caches.paths(root).notes())) {
                assertThat(files).as(op.toString()).hasSize(1);
            }
        }
    }

    @Test
    void note_thatCannotBeRead_isNone() {
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            cache.putNote("a", "text");
            for (Op op : List.of(Op.OPEN, Op.SIZE, Op.READ)) {
                storage.rule(FaultyStorage.failing(op, ".note", 1));
                assertThat(cache.note("a")).as(op.toString()).isEmpty();
            }
            assertThat(cache.note("a")).contains("text");
        }
    }

    @Test
    void putNote_isForcedBeforeItHasItsName() {
        FaultyStorage storage = new FaultyStorage();
        try (FeatureCache cache = Caches.at(directory, storage).open()) {
            storage.forgetCalls();
            cache.putNote("a", "text");
            List<Op> steps =
                    storage.calls().stream()
                            .map(FaultyStorage.Call::op)
                            .filter(List.of(Op.WRITE, Op.FORCE, Op.RENAME)::contains)
                            .toList();
            assertThat(steps).containsExactly(Op.WRITE, Op.FORCE, Op.RENAME);
            assertThat(storage.calls())
                    .contains(new FaultyStorage.Call(Op.FORCE_DIRECTORY, "notes"));
        }
    }

    @Test
    void notes_leftoverOfADeadWriter_isRemovedAtTheNextOpen() throws IOException {
        put("a", "text");
        Path dead = notes().resolve("h00000000_b00000000_n1_p1_s1_r00000000-00000000.tmp");
        Files.writeString(dead, "half");
        Files.setLastModifiedTime(dead, java.nio.file.attribute.FileTime.fromMillis(0));
        Caches.at(directory).open().close();
        assertThat(dead).doesNotExist();
        assertThat(onlyNote()).exists();
    }

    @Test
    void clear_deletesTheNotesAndNothingElseThere() throws IOException {
        try (FeatureCache cache = Caches.at(directory).open()) {
            Caches.putAndFlush(cache, Keys.of(1, 2));
            cache.putNote("a", "text");
            Path foreign = Files.writeString(notes().resolve("foreign.txt"), "not ours");
            assertThat(cache.verify().isIntact()).isTrue();
            assertThat(cache.repair().toString()).isNotEmpty();
            assertThat(cache.note("a")).contains("text");
            cache.clear();
            assertThat(cache.note("a")).isEmpty();
            assertThat(foreign).exists();
            assertThat(cache.rowCount()).isZero();
        }
        assertThat(Files.readString(notes().resolve("foreign.txt"), StandardCharsets.UTF_8))
                .isEqualTo("not ours");
    }
}
