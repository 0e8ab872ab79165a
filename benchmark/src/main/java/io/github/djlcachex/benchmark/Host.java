package io.github.djlcachex.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where figures were taken.
 *
 * @param machine processor, cores, memory and operating system
 * @param jdk the JVM
 * @param commit the commit that was measured, or {@code unknown}
 */
record Host(String machine, String jdk, String commit) {

    private static final long KIB_PER_GIB = 1 << 20;
    private static final int COMMIT_LETTERS = 12;

    static Host here(Path repository) {
        String machine =
                String.format(
                        Locale.ROOT,
                        "%s, %d cores, %s, %s %s",
                        field("/proc/cpuinfo", "model name"),
                        Runtime.getRuntime().availableProcessors(),
                        memory(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"));
        String jdk = System.getProperty("java.vm.name") + " " + Runtime.version();
        return new Host(machine, jdk, commit(repository.resolve(".git")));
    }

    private static String memory() {
        String kib = field("/proc/meminfo", "MemTotal").replace(" kB", "");
        return kib.equals("unknown")
                ? "memory unknown"
                : Math.round((double) Long.parseLong(kib) / KIB_PER_GIB) + " GiB";
    }

    private static String field(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file), StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The commit that is checked out, read from git's files. */
    private static String commit(Path git) {
        try {
            String head = Files.readString(git.resolve("HEAD")).trim();
            String id = head.startsWith("ref: ") ? reference(git, head.substring(5)) : head;
            return id.substring(0, Math.min(COMMIT_LETTERS, id.length()));
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String reference(Path git, String name) throws IOException {
        Path file = git.resolve(name);
        if (Files.exists(file)) {
            return Files.readString(file).trim();
        }
        try (Stream<String> lines = Files.lines(git.resolve("packed-refs"))) {
            return lines.filter(line -> line.endsWith(" " + name)).findFirst().orElse("unknown");
        }
    }
}
