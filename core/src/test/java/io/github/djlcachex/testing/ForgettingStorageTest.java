package io.github.djlcachex.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.WritableFile;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** What the forgetting twin remembers and what it forgets. */
class ForgettingStorageTest {

    private static final Path ROOT = Path.of("/power");
    private static final Path DIRECTORY = ROOT.resolve("directory");
    private static final Path OLD = DIRECTORY.resolve("old");
    private static final Path NEW = DIRECTORY.resolve("new");

    private final ForgettingStorage storage = new ForgettingStorage(ROOT);

    private interface Sight {
        Object of(ForgettingStorage left) throws IOException;
    }

    /** Everything that may be seen after a power loss. */
    private Set<String> seen(Sight sight) throws IOException {
        Set<String> seen = new TreeSet<>();
        for (int seed = 0; seed < 1000; seed++) {
            seen.add(String.valueOf(sight.of(storage.powerLoss(new SplittableRandom(seed)))));
        }
        return seen;
    }

    private void write(Path file, int bytes, boolean force) throws IOException {
        try (WritableFile created = storage.create(file)) {
            created.write(ByteBuffer.wrap(new byte[bytes]));
            if (force) {
                created.force();
            }
        }
    }

    @Test
    void file_forcedInAForcedDirectory_staysAsItIs() throws IOException {
        storage.createDirectories(DIRECTORY);
        write(OLD, 4, true);
        storage.forceDirectory(DIRECTORY);
        assertThat(seen(left -> Arrays.toString(left.bytes(OLD)))).containsExactly("[0, 0, 0, 0]");
    }

    @Test
    void file_neverForced_isDeletedEmptiedHalvedFlippedOrKept() throws IOException {
        storage.createDirectories(DIRECTORY);
        write(OLD, 4, false);
        storage.forceDirectory(DIRECTORY);
        Set<String> seen =
                seen(
                        left ->
                                left.list(DIRECTORY).isEmpty()
                                        ? "deleted"
                                        : Arrays.toString(left.bytes(OLD)));
        assertThat(seen).contains("deleted", "[]", "[0, 0]", "[0, 0, 0, 0]", "[0, 64, 0, 0]");
        assertThat(seen).hasSize(4 + 4 * Byte.SIZE);
    }

    @Test
    void rename_withoutForce_leavesTheOldNameTheNewOneBothOrNone() throws IOException {
        storage.createDirectories(DIRECTORY);
        write(OLD, 4, true);
        storage.forceDirectory(DIRECTORY);
        storage.rename(OLD, NEW);
        assertThat(storage.list(DIRECTORY)).containsExactly("new");
        assertThat(seen(left -> left.list(DIRECTORY)))
                .containsExactly("[]", "[new, old]", "[new]", "[old]");
        assertThat(seen(left -> left.list(ROOT))).containsExactly("[directory]");
    }

    @Test
    void link_withoutForce_isDoneOrUndone() throws IOException {
        storage.createDirectories(DIRECTORY);
        write(OLD, 4, true);
        storage.forceDirectory(DIRECTORY);
        storage.link(OLD, NEW);
        assertThat(seen(left -> left.list(DIRECTORY))).containsExactly("[new, old]", "[old]");
    }

    @Test
    void delete_withoutForce_isDoneOrUndone() throws IOException {
        storage.createDirectories(DIRECTORY);
        write(OLD, 4, true);
        storage.forceDirectory(DIRECTORY);
        storage.delete(OLD);
        assertThat(seen(left -> left.list(DIRECTORY))).containsExactly("[]", "[old]");
    }

    @Test
    void directory_createdWithoutForceOfItsParent_mayBeGoneWithAllThatWasForcedInIt()
            throws IOException {
        storage.createDirectory(DIRECTORY);
        write(OLD, 4, true);
        storage.forceDirectory(DIRECTORY);
        assertThat(seen(left -> left.list(DIRECTORY))).containsExactly("[]", "[old]");
        assertThat(seen(left -> left.list(ROOT))).containsExactly("[]", "[directory]");
    }

    @Test
    void powerOff_anyOperation_fails() throws IOException {
        storage.createDirectories(DIRECTORY);
        write(OLD, 4, true);
        ReadableFile open = storage.open(OLD);
        storage.powerOff();
        assertThatThrownBy(() -> storage.list(DIRECTORY)).hasMessage("after power loss");
        assertThatThrownBy(() -> open.read(ByteBuffer.allocate(1), 0))
                .hasMessage("after power loss");
        assertThatThrownBy(() -> storage.create(NEW)).hasMessage("after power loss");
    }

    @Test
    void names_takenOrMissing_areRefusedAsTheSystemDoes() throws IOException {
        storage.createDirectories(DIRECTORY);
        write(OLD, 4, true);
        assertThatThrownBy(() -> storage.create(OLD))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> storage.link(OLD, OLD))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> storage.open(NEW)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> storage.delete(NEW)).isInstanceOf(NoSuchFileException.class);
        assertThat(storage.list(ROOT.resolve("none"))).isEqualTo(List.of());
        assertThat(storage.createDirectory(DIRECTORY)).isFalse();
    }
}
