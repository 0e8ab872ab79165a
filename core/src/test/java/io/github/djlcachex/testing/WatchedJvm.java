package io.github.djlcachex.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program in another JVM that is killed or stopped at any moment, and whose complete lines are
 * read by a thread as they come.
 *
 * <p>What it has printed of a line when it is killed is no line: only one with its end counts. The
 * JVM is small and starts quickly. It may run under another command, such as strace.
 */
public final class WatchedJvm implements AutoCloseable {

    private static final List<String> QUICK_START =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");
    private static final List<String> JVM_VARIABLES =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final Process process;
    private final Path errors;
    private final Thread reader;
    private final List<String> lines = new ArrayList<>();
    private int taken;
    private boolean ended;

    private WatchedJvm(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        this.reader = new Thread(this::readLines, "lines-of-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** How to start one. */
    public static final class Starter {
        private final Path errorDirectory;
        private final List<String> prefix = new ArrayList<>();
        private final List<String> flags = new ArrayList<>();
        private String heap = "-Xmx64m";

        private Starter(Path errorDirectory) {
            this.errorDirectory = errorDirectory;
        }

        /** Starts it by another command, which is given the rest of the command line. */
        public Starter under(String... command) {
            prefix.addAll(List.of(command));
            return this;
        }

        public Starter heap(String flag) {
            heap = flag;
            return this;
        }

        /** Adds a flag of the JVM. */
        public Starter flag(String flag) {
            flags.add(flag);
            return this;
        }

        public WatchedJvm start(Class<?> main, Object... arguments) throws IOException {
            List<String> command = new ArrayList<>(prefix);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.add(heap);
            command.addAll(QUICK_START);
            command.addAll(flags);
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
            for (Object argument : arguments) {
                command.add(argument.toString());
            }
            Path errors = Files.createTempFile(errorDirectory, "child", ".err");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
            builder.environment().keySet().removeAll(JVM_VARIABLES);
            return new WatchedJvm(builder.start(), errors);
        }
    }

    /** Begins to start a program; what it prints as errors goes to a file in a directory. */
    public static Starter in(Path errorDirectory) {
        return new Starter(errorDirectory);
    }

    private void readLines() {
        try (InputStream output = process.getInputStream()) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int next = output.read(); next >= 0; next = output.read()) {
                if (next == '\n') {
                    add(line.toString(StandardCharsets.UTF_8));
                    line.reset();
                } else {
                    line.write(next);
                }
            }
        } catch (IOException e) {
            add("the output cannot be read: " + e);
        } finally {
            end();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Sends a line. */
    public void send(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Returns the next line that starts so; fails if the program ends, or a minute, without. */
    public String awaitLine(String prefix) {
        return awaitLine(prefix, 60);
    }

    /** Returns the next line that starts so, and passes over those before. */
    public synchronized String awaitLine(String prefix, long limitS) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitS);
        while (true) {
            while (taken < lines.size()) {
                String line = lines.get(taken++);
                if (line.startsWith(prefix)) {
                    return line;
                }
            }
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (ended || leftMs <= 0) {
                throw new AssertionError("no line '" + prefix + "' in " + lines + ": " + errors());
            }
            pause(leftMs);
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private synchronized void pause(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts a test", e);
        }
    }

    /** The complete lines so far that start so. */
    public synchronized List<String> lines(String prefix) {
        return lines.stream().filter(line -> line.startsWith(prefix)).toList();
    }

    /** The number at the end of the last line that starts so; a default if there is none. */
    public long lastNumber(String prefix, long none) {
        List<String> found = lines(prefix);
        return found.isEmpty() ? none : number(found.get(found.size() - 1));
    }

    /** The number at the end of a line. */
    public static long number(String line) {
        return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
    }

    /** Waits for the end and returns the exit status. */
    public int awaitEnd(long limitS) throws InterruptedException {
        if (!process.waitFor(limitS, TimeUnit.SECONDS)) {
            throw new AssertionError("the child still runs: " + errors());
        }
        Await.end(reader);
        return process.exitValue();
    }

    /** Kills the program as kill -9 does, and reads what it had printed. */
    public void kill() throws InterruptedException {
        process.toHandle().destroyForcibly(); // Process.destroyForcibly would close the output
        awaitEnd(60);
    }

    /** Stops all its threads where they are, and returns when they stand. */
    public void stop() throws IOException, InterruptedException {
        signal("STOP");
        Await.until("all threads of " + pid() + " are stopped", this::isStopped);
    }

    private boolean isStopped() {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (!stat.substring(stat.lastIndexOf(')')).startsWith(") T")) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false; // a thread that ended meanwhile
        }
    }

    /** Lets a stopped program go on. */
    public void goOn() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        String pid = Long.toString(process.pid());
        int status = new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
        if (status != 0) {
            throw new AssertionError("kill -" + name + " " + pid + ": status " + status);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** What it has printed as errors so far. */
    public String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
    }
}
