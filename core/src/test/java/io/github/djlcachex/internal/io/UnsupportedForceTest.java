package io.github.djlcachex.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A filesystem without fsync of directories, and a disk that fails at it. */
class UnsupportedForceTest {

    @TempDir Path directory;

    private final List<Path> told = new ArrayList<>();
    private final FaultyStorage disk = new FaultyStorage();
    private final LenientStorage lenient =
            new LenientStorage(disk, (path, answer) -> told.add(path));

    private void answer(IOException answer) {
        disk.rule(
                (op, file) -> {
                    if (op == Op.FORCE_DIRECTORY) {
                        throw answer;
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Invalid argument", "Operation not supported", "Not supported"})
    void forceDirectory_thatTheFilesystemNeverCan_isToldOnce(String text) throws IOException {
        answer(new IOException(text));
        lenient.forceDirectory(directory);
        lenient.forceDirectory(directory);
        answer(new FileSystemException(directory.toString(), null, text));
        lenient.createDirectories(directory.resolve("a/b"));
        assertThat(told).containsExactly(directory);
        assertThat(lenient.leftNamesUnforced()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Input/output error",
                "No space left on device",
                "Stale file handle",
                "Transport endpoint is not connected",
                "",
                "Invalid argument of another kind"
            })
    void forceDirectory_thatFails_isAnError(String text) {
        answer(new IOException(text));
        assertThatThrownBy(() -> lenient.forceDirectory(directory)).hasMessage(text);
        answer(new IOException());
        assertThatThrownBy(() -> lenient.forceDirectory(directory)).hasMessage(null);
        answer(new AccessDeniedException("Invalid argument"));
        assertThatThrownBy(() -> lenient.forceDirectory(directory))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(told).isEmpty();
        assertThat(lenient.leftNamesUnforced()).isFalse();
    }

    /** The filesystem of processes has no fsync of directories, as CIFS has none. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void forceDirectory_ofARealFilesystemThatCannot_isPassedOver() throws IOException {
        Path processes = Path.of("/proc");
        assertThatThrownBy(() -> new FileStorage().forceDirectory(processes))
                .isInstanceOf(IOException.class);
        lenient.forceDirectory(processes);
        assertThat(told).containsExactly(processes);
    }

    /** In other languages the texts differ, and are asked for. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void texts_ofThisProcess_areThoseOfTheSystem() {
        Path never = Path.of("/dev/null");
        Set<String> asked = UnsupportedForce.ask(never, Path.of("/proc/version"));
        assertThat(asked).contains("Invalid argument");
        assertThat(UnsupportedForce.ask(never, directory.resolve("absent")))
                .containsExactly("Invalid argument");
        assertThat(UnsupportedForce.ask(directory.resolve("absent"), directory)).isEmpty();
    }

    /** A container may have put a plain file in the place of the device. */
    @Test
    void texts_ofFilesThatCanBeForced_areNone() throws IOException {
        Path plain = Files.createFile(directory.resolve("plain"));
        assertThat(UnsupportedForce.ask(plain, directory.resolve("absent"))).isEmpty();
    }
}
