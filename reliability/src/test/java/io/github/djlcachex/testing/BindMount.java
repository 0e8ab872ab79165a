package io.github.djlcachex.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory, shown at a second place by bindfs, through the kernel's caches of attributes and
 * names: for some seconds it shows what was there before, as a network filesystem does.
 */
public final class BindMount implements AutoCloseable {

    private final Path place;

    private BindMount(Path place) {
        this.place = place;
    }

    /** Mounts a directory at an empty one. */
    public static BindMount of(Path directory, Path place, int staleS) throws IOException {
        String timeouts = "attr_timeout=%d,entry_timeout=%d,negative_timeout=%d";
        run(
                List.of(
                        "bindfs",
                        "--no-allow-other",
                        "-o",
                        timeouts.formatted(staleS, staleS, staleS),
                        directory.toString(),
                        place.toString()));
        return new BindMount(place);
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + ": " + said);
        }
    }

    @Override
    public void close() throws IOException {
        run(List.of("fusermount3", "-u", "-z", place.toString()));
    }
}
