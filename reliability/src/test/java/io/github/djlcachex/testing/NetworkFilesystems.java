package io.github.djlcachex.testing;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Real network filesystems, each mounted twice in namespaces of their own, until they are closed.
 */
public final class NetworkFilesystems implements AutoCloseable {

    private static final String SCRIPT = "/network-filesystems.sh";

    private final Path directory;

    private NetworkFilesystems(Path directory) {
        this.directory = directory;
    }

    /**
     * Brings filesystems up, and gives the test up where that cannot be.
     *
     * @param kinds gluster, replica, sshfs, plain, full or moosefs
     */
    public static NetworkFilesystems start(Reliability line, Path directory, String... kinds)
            throws IOException, InterruptedException {
        Root.demand(line);
        if (!Files.exists(Path.of("/dev/fuse"))) {
            line.skip("it needs /dev/fuse");
        }
        Root.demandCommand(line, "bash", script().toString(), "install");
        NetworkFilesystems started = new NetworkFilesystems(directory);
        boolean complete = false;
        try {
            List<String> arguments = new ArrayList<>(List.of("start", directory.toString()));
            arguments.addAll(List.of(kinds));
            run(arguments);
            complete = true;
            return started;
        } finally {
            if (!complete) {
                started.close();
            }
        }
    }

    private static Path script() {
        try {
            return Path.of(
                    Objects.requireNonNull(NetworkFilesystems.class.getResource(SCRIPT)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", script().toString()));
        command.addAll(arguments);
        // into a file: servers that the script starts would keep a pipe open
        Path output = Files.createTempFile("network-filesystems", ".log");
        try {
            int status =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start()
                            .waitFor();
            if (status != 0) {
                throw new IOException(command + ": " + Files.readString(output));
            }
        } finally {
            Files.delete(output);
        }
    }

    /**
     * The directory where a kind is mounted; the first, the second, or after {@link #again} the
     * third.
     */
    public Path mount(String kind, int number) {
        return directory.resolve("at").resolve(kind + "." + number);
    }

    /** The directory of a server, where the files are that its clients see. */
    public Path files(String kind) {
        return kind.equals("gluster")
                ? directory.resolve("gluster/gluster-1")
                : directory.resolve(kind).resolve("files");
    }

    /** Starts programs that see the mounts. */
    public WatchedJvm.Starter in(Path errorDirectory) {
        return WatchedJvm.in(errorDirectory)
                .under("bash", script().toString(), "run", directory.toString());
    }

    /** Does something to the server of gluster: kill, stop, cont or revive. */
    public void brick(String verb) throws IOException, InterruptedException {
        run(List.of("brick", directory.toString(), verb));
    }

    /** Ends the connections of sshfs, whose clients connect again. */
    public void cut() throws IOException, InterruptedException {
        run(List.of("cut", directory.toString()));
    }

    /** Mounts gluster a third time, with nothing in its caches. */
    public void again() throws IOException, InterruptedException {
        run(List.of("again", directory.toString()));
    }

    @Override
    public void close() throws IOException {
        try {
            run(List.of("end", directory.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while ending the filesystems of " + directory, e);
        }
    }
}
