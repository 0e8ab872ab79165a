package io.github.djlcachex.internal.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What tells a process from all others: host, boot, process namespace, id and start.
 *
 * @param boot a hash of the boot id, 0 where the system has none
 * @param namespace the number of the process namespace, 0 where the system has none
 * @param start when the process started, in units of the system
 */
public record ProcessIdentity(int host, int boot, long namespace, long pid, long start) {

    private static final Path PROC = Path.of("/proc");

    /** An option of the mount that is not 0: since Linux 5.8 it may be a word. */
    private static final Pattern HIDES = Pattern.compile("(^|,)hidepid=(?!(0|off)(,|$))");

    /** Returns the identity of this process. */
    public static ProcessIdentity current() {
        long pid = ProcessHandle.current().pid();
        return new ProcessIdentity(
                hash(read(PROC.resolve("sys/kernel/hostname")).orElseGet(ProcessIdentity::envHost)),
                read(PROC.resolve("sys/kernel/random/boot_id"))
                        .map(ProcessIdentity::hash)
                        .orElse(0),
                namespaceNumber(),
                pid,
                startOf(pid).orElse(0L));
    }

    /**
     * Tells whether this process surely does not run any more. A process of another host, boot or
     * namespace may still run.
     */
    public boolean isGone(ProcessIdentity observer) {
        return isComparable(observer) && hasEnded(startOf(pid), seesAllProcesses());
    }

    private boolean hasEnded(Optional<Long> startNow, boolean seesAll) {
        return startNow.map(now -> now != start).orElse(seesAll);
    }

    /**
     * Where proc is mounted with {@code hidepid}, the processes of other users look gone. What was
     * mounted last over a path counts.
     */
    private static boolean seesAllProcesses() {
        return read(PROC.resolve("self/mounts")).map(ProcessIdentity::showsAll).orElse(false);
    }

    static boolean showsAll(String mounts) {
        boolean shows = false;
        for (String line : mounts.split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            if (fields.length > 3 && fields[1].equals("/proc")) {
                shows = fields[2].equals("proc") && !HIDES.matcher(fields[3]).find();
            }
        }
        return shows;
    }

    /**
     * Tells whether this process surely runs. A process of another host, boot or namespace may run
     * too.
     */
    public boolean isAlive(ProcessIdentity observer) {
        return equals(observer) || (isComparable(observer) && isRunning());
    }

    /** One host name may belong to two machines: only the boot id proves a common kernel. */
    private boolean isComparable(ProcessIdentity observer) {
        return boot != 0
                && namespace != 0
                && boot == observer.boot
                && host == observer.host
                && namespace == observer.namespace;
    }

    private boolean isRunning() {
        return startOf(pid).map(now -> now == start).orElse(false);
    }

    private static Optional<Long> startOf(long pid) {
        Optional<Long> ticks = read(PROC.resolve(pid + "/stat")).map(ProcessIdentity::startTicks);
        if (ticks.isPresent()) {
            return ticks;
        }
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(instant -> instant.toEpochMilli());
    }

    /** Field 22 of the line; the command in field 2 may hold blanks, so it counts from its end. */
    private static long startTicks(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 21);
        return Long.parseLong(fields[19]);
    }

    private static long namespaceNumber() {
        try {
            String target = Files.readSymbolicLink(PROC.resolve("self/ns/pid")).toString();
            return Long.parseLong(target.replaceAll("\\D", ""));
        } catch (IOException | UnsupportedOperationException | NumberFormatException e) {
            return 0; // not Linux, or hidden: leftovers then wait for their age
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String envHost() {
        String name = System.getenv("COMPUTERNAME");
        return name != null ? name : System.getenv().getOrDefault("HOSTNAME", "unknown");
    }

    private static int hash(String text) {
        return Crc32c.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
