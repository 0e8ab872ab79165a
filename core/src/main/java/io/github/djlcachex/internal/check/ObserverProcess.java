package io.github.djlcachex.internal.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * ObserverProcess is the program of the second process: it answers a line with a line, and ends
 * with its input. It uses the JDK alone, so that its class path is that of these classes.
 */
final class ObserverProcess {

    static final String READY = "ready";
    static final String FAILED = "failed ";
    static final String WRITTEN = "written";

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_MS = 2;

    private final Path directory;

    private ObserverProcess(Path directory) {
        this.directory = directory;
    }

    public static void main(String[] args) throws IOException {
        ObserverProcess observer = new ObserverProcess(Path.of(args[0]));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println(READY);
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                out.println(observer.answer(line.split(" ", -1)));
            }
        }
    }

    private String answer(String[] order) {
        try {
            return switch (order[0]) {
                case "sees" -> String.valueOf(lists(order[1]));
                case "await" -> await(order[1], Integer.parseInt(order[2]));
                default -> write(order[1], Integer.parseInt(order[2]));
            };
        } catch (IOException | RuntimeException e) {
            return FAILED + e;
        }
    }

    private boolean lists(String name) throws IOException {
        boolean found = Files.exists(directory.resolve(name));
        try (Stream<Path> names = Files.list(directory)) {
            return names.anyMatch(path -> path.endsWith(name)) || found;
        }
    }

    private String await(String name, int size) throws IOException {
        int parts = 0;
        for (long start = System.nanoTime(); System.nanoTime() - start < LIMIT_NANOS; pause()) {
            if (lists(name)) {
                if (isWhole(name, size)) {
                    return "seen " + parts;
                }
                parts++;
            }
        }
        return "unseen " + parts;
    }

    private boolean isWhole(String name, int size) throws IOException {
        try {
            Path file = directory.resolve(name);
            return Files.size(file) == size && Pattern.isWhole(Files.readAllBytes(file), size);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private String write(String name, int size) throws IOException {
        Path temporary = directory.resolve(name + ".tmp");
        Files.write(temporary, Pattern.bytes(size, name.length()));
        Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        return WRITTEN;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
