package io.github.djlcachex.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A control group that bounds the memory of this process, page cache included. It takes root; the
 * memory that the process has already stays counted where it was.
 */
final class MemoryLimit implements AutoCloseable {

    private static final Path UNIFIED = Path.of("/sys/fs/cgroup");
    private static final Path LEGACY = UNIFIED.resolve("memory");

    private final Path group;
    private final Path before;

    private MemoryLimit(Path group, Path before) {
        this.group = group;
        this.before = before;
    }

    /** Whether processes of this user can be limited here. */
    static boolean available() {
        try (MemoryLimit limit = create(Long.MAX_VALUE >> 12 << 12)) {
            return limit != null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Moves this process into a new group. */
    static MemoryLimit of(long bytes) throws IOException {
        MemoryLimit limit = create(bytes);
        limit.join(limit.group);
        return limit;
    }

    private static MemoryLimit create(long bytes) throws IOException {
        boolean legacy = Files.exists(LEGACY.resolve("memory.limit_in_bytes"));
        Path root = legacy ? LEGACY : UNIFIED;
        Path before = root.resolve(groupOfThisProcess(legacy ? "memory" : "").orElse(""));
        Path group = root.resolve("djlcachex-benchmark-" + ProcessHandle.current().pid());
        Files.createDirectory(group);
        MemoryLimit limit = new MemoryLimit(group, before);
        try {
            Path file = group.resolve(legacy ? "memory.limit_in_bytes" : "memory.max");
            Files.writeString(file, Long.toString(bytes));
            return limit;
        } catch (IOException e) {
            Files.delete(group);
            throw e;
        }
    }

    /** The path below the root, from lines such as {@code 4:memory:/a/b}. */
    private static Optional<String> groupOfThisProcess(String controller) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/cgroup"))) {
            return lines.map(line -> line.split(":", 3))
                    .filter(parts -> List.of(parts[1].split(",", -1)).contains(controller))
                    .map(parts -> parts[2].substring(1))
                    .findFirst();
        }
    }

    private void join(Path other) throws IOException {
        Files.write(
                other.resolve("cgroup.procs"),
                Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        join(before);
        Files.delete(group);
    }
}
