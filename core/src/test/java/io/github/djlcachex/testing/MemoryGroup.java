package io.github.djlcachex.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control group whose processes may use so much memory together, page cache included. */
public final class MemoryGroup implements AutoCloseable {

    private static final Path UNIFIED = Path.of("/sys/fs/cgroup");
    private static final Path LEGACY = UNIFIED.resolve("memory");

    private final Path group;

    private MemoryGroup(Path group) {
        this.group = group;
    }

    /**
     * Makes a group.
     *
     * @throws IOException if this system or user has none to make
     */
    public static MemoryGroup create(long limitBytes) throws IOException {
        boolean legacy = Files.exists(LEGACY.resolve("memory.limit_in_bytes"));
        Path group = Files.createTempDirectory(legacy ? LEGACY : UNIFIED, "djlcachex-test-");
        MemoryGroup created = new MemoryGroup(group);
        try {
            String file = legacy ? "memory.limit_in_bytes" : "memory.max";
            Files.writeString(group.resolve(file), Long.toString(limitBytes));
            return created;
        } catch (IOException e) {
            created.close();
            throw e;
        }
    }

    /** What a shell does to have itself, and the program that it becomes, limited. */
    public String join() {
        return "echo $$ > " + group.resolve("cgroup.procs") + "; ";
    }

    /** Removes it; its processes must have ended. */
    @Override
    public void close() throws IOException {
        Files.delete(group);
    }
}
