package io.github.djlcachex.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** An strace that is attached to a thread or a process, and writes its system calls to a log. */
public final class Strace implements AutoCloseable {

    /** The calls that change files; those that a kernel lacks are passed over. */
    private static final List<String> CALLS =
            List.of(
                    "openat",
                    "write",
                    "pwrite64",
                    "writev",
                    "fsync",
                    "fdatasync",
                    "rename",
                    "renameat",
                    "renameat2",
                    "link",
                    "linkat",
                    "unlink",
                    "unlinkat",
                    "mkdir",
                    "mkdirat",
                    "ftruncate",
                    "fallocate");

    private static final long LIMIT_S = 60;

    private final Process process;
    private final Path log;

    private Strace(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Whether a tool is on the path. */
    public static boolean isInstalled(String tool) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }

    /** Attaches to all threads of a process, also those to come. */
    public static Strace ofProcess(long pid, Path log) throws IOException {
        return attach(pid, log, List.of("-f"));
    }

    /** Attaches to one thread. */
    public static Strace ofThread(long thread, Path log) throws IOException {
        return attach(thread, log, List.of());
    }

    /** Attaches to one thread, and kills its process instead of the k-th call of a name. */
    public static Strace killing(long thread, Path log, String call, int k) throws IOException {
        return attach(thread, log, List.of("-e", "inject=" + call + ":signal=KILL:when=" + k));
    }

    private static Strace attach(long id, Path log, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of("strace", "-y", "-s", "64"));
        command.addAll(options);
        command.addAll(List.of("-e", "trace=?" + String.join(",?", CALLS)));
        command.addAll(List.of("-o", log.toString(), "-p", Long.toString(id)));
        Process process = new ProcessBuilder(command).start();
        BufferedReader messages = process.errorReader(StandardCharsets.UTF_8);
        String message = messages.readLine();
        if (message == null || !message.contains("attached")) {
            process.destroy();
            throw new IOException("strace cannot attach: " + message);
        }
        return new Strace(process, log);
    }

    /** The number of a process's thread, by the name that Linux shows once it runs. */
    public static long threadOf(long pid, String name) {
        AtomicLong number = new AtomicLong();
        Await.until("thread " + name + " runs", () -> find(pid, name, number));
        return number.get();
    }

    private static boolean find(long pid, String name, AtomicLong number) {
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        try (Stream<Path> threads = Files.list(tasks)) {
            Optional<Path> found = threads.filter(task -> name.equals(nameOf(task))).findFirst();
            found.ifPresent(task -> number.set(Long.parseLong(task.getFileName().toString())));
            return found.isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String nameOf(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException e) {
            return ""; // it has ended
        }
    }

    /** Waits until what it traces has ended, and returns its log. */
    public List<String> awaitEnd() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError("strace still runs");
        }
        return Files.readAllLines(log, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
