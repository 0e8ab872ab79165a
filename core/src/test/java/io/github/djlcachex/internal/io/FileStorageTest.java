package io.github.djlcachex.internal.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** The seam to the operating system. */
class FileStorageTest {

    @TempDir Path directory;

    private final FileStorage storage = new FileStorage();

    private Path written(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        try (WritableFile writable = storage.create(file)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                assertThat(writable.write(bytes)).isPositive();
            }
            writable.force();
        }
        return file;
    }

    private static String read(ReadableFile file, long position, int bytes) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(bytes);
        file.readFully(target, position);
        return new String(target.array(), StandardCharsets.US_ASCII);
    }

    @Test
    void file_createdAndRead_hasItsBytes() throws IOException {
        Path file = written("a", "hello world");
        try (ReadableFile readable = storage.open(file)) {
            assertThat(readable.sizeBytes()).isEqualTo(11);
            assertThat(read(readable, 6, 5)).isEqualTo("world");
            ByteBuffer map = readable.map(0, 11);
            assertThat(map.get(4)).isEqualTo((byte) 'o');
            assertThat(map.isReadOnly()).isTrue();
            assertThatThrownBy(() -> read(readable, 6, 6)).isInstanceOf(EOFException.class);
            assertThatThrownBy(() -> read(readable, 100, 1)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void readFully_intoAWindowOfABuffer_fillsTheWindowAlone() throws IOException {
        Path file = directory.resolve("large");
        byte[] bytes = new byte[3 * ReadableFile.MAX_READ_BYTES + 17];
        new java.util.Random(1).nextBytes(bytes);
        Files.write(file, bytes);
        try (ReadableFile readable = storage.open(file)) {
            ByteBuffer target = ByteBuffer.allocate(bytes.length + 10);
            target.position(5).limit(5 + bytes.length - 3);
            readable.readFully(target, 3);
            assertThat(target.position()).isEqualTo(5 + bytes.length - 3);
            assertThat(target.limit()).isEqualTo(5 + bytes.length - 3);
            target.limit(target.capacity());
            assertThat(target.slice(5, bytes.length - 3))
                    .isEqualTo(ByteBuffer.wrap(bytes, 3, bytes.length - 3));
            assertThat(target.get(4)).isZero();
            assertThat(target.get(5 + bytes.length - 3)).isZero();
        }
    }

    @Test
    void create_ofAPresentName_isRefused() throws IOException {
        Path file = written("a", "x");
        assertThatThrownBy(() -> storage.create(file))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("x");
    }

    @Test
    void link_toAPresentName_isRefused() throws IOException {
        Path a = written("a", "x");
        Path b = written("b", "y");
        assertThatThrownBy(() -> storage.link(a, b)).isInstanceOf(FileAlreadyExistsException.class);
        storage.link(a, directory.resolve("c"));
        storage.delete(a);
        assertThat(directory.resolve("c")).hasContent("x");
        storage.rename(b, directory.resolve("d"));
        assertThat(storage.list(directory)).containsExactly("c", "d");
        assertThatThrownBy(() -> storage.delete(a)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void list_ofAMissingDirectory_isEmpty() throws IOException {
        assertThat(storage.list(directory.resolve("absent"))).isEmpty();
    }

    @Test
    void createDirectories_ofAFile_isRefused() throws IOException {
        Path file = written("a", "x");
        assertThatThrownBy(() -> storage.createDirectories(file.resolve("b")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> storage.createDirectories(file))
                .isInstanceOf(FileAlreadyExistsException.class);
        storage.createDirectories(directory.resolve("x/y/z"));
        storage.createDirectories(directory.resolve("x/y/z"));
        assertThat(directory.resolve("x/y/z")).isDirectory();
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void open_ofLinksDirectoriesAndPipes_isRefusedAndNeverBlocks() throws Exception {
        Path file = written("a", "x");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        Path dangling =
                Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("no"));
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        for (Path strange : new Path[] {link, dangling, pipe, directory, Path.of("/dev/zero")}) {
            assertThatThrownBy(() -> storage.open(strange))
                    .as(strange.toString())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not a regular file");
        }
        assertThatThrownBy(() -> storage.open(directory.resolve("absent")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void everyOperation_onAnInterruptedThread_worksAndKeepsTheInterrupt() throws IOException {
        Path file = written("a", "hello");
        try (ReadableFile readable = storage.open(file)) {
            TestThreads threads = new TestThreads();
            threads.add(
                    () -> {
                        Thread.currentThread().interrupt();
                        assertThat(read(readable, 1, 3)).isEqualTo("ell");
                        assertThat(readable.sizeBytes()).isEqualTo(5);
                        assertThat(readable.map(0, 5).get(0)).isEqualTo((byte) 'h');
                        storage.forceDirectory(directory);
                        storage.createDirectories(directory.resolve("p/q"));
                        assertThat(storage.list(directory)).contains("a");
                        assertThat(Thread.currentThread().isInterrupted()).isTrue();
                    });
            threads.joinAll();
            assertThat(read(readable, 0, 5)).isEqualTo("hello");
        }
    }

    @Test
    void read_afterClose_isRefused() throws IOException {
        ReadableFile readable = storage.open(written("a", "hello"));
        readable.close();
        assertThatThrownBy(() -> read(readable, 0, 1)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void shield_ofAStepThatAnInterruptBreaks_runsItAgain() throws IOException {
        AtomicInteger runs = new AtomicInteger();
        String result =
                Interrupts.shield(
                        () -> {
                            if (runs.incrementAndGet() < 3) {
                                Thread.currentThread().interrupt();
                                throw new ClosedByInterruptException();
                            }
                            assertThat(Thread.currentThread().isInterrupted()).isFalse();
                            return "done";
                        });
        assertThat(result).isEqualTo("done");
        assertThat(runs.get()).isEqualTo(3);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void shield_ofAStepThatFails_failsAndKeepsTheInterrupt() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(
                        () ->
                                Interrupts.shield(
                                        () -> {
                                            throw new IOException("no");
                                        }))
                .hasMessage("no");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void networkFilesystem_ofTheLocalDisk_isNone() throws IOException {
        assertThat(storage.isNetworkFilesystem(directory.resolve("not/yet/there"))).isFalse();
        assertThat(storage.lastModifiedMs(written("a", "x"))).isPositive();
    }
}
