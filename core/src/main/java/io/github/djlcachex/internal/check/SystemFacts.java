package io.github.djlcachex.internal.check;

import com.sun.management.UnixOperatingSystemMXBean;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * SystemFacts are what the system tells of a filesystem and of its own limits; what it does not
 * tell is empty.
 *
 * @param type the type of the filesystem
 * @param mountOptions its mount options, or an empty text
 * @param inodes how many files the filesystem may have; 0 if it has no such limit
 * @param freeInodes how many more it may get
 * @param mappings how many mappings a process may have
 * @param descriptors how many files this process may have open
 */
record SystemFacts(
        String type,
        String mountOptions,
        OptionalLong inodes,
        OptionalLong freeInodes,
        OptionalLong mappings,
        OptionalLong descriptors) {

    private static final Path MAP_LIMIT = Path.of("/proc/sys/vm/max_map_count");
    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final int MAX_DIGITS = 64;
    private static final int MOUNT_POINT = 1;
    private static final int OPTIONS = 3;

    static SystemFacts of(Path directory) throws IOException {
        List<OptionalLong> inodes = inodes(directory);
        return new SystemFacts(
                Files.getFileStore(directory).type(),
                mountOptions(directory.toRealPath()),
                inodes.get(0),
                inodes.get(1),
                mapLimit(),
                descriptorLimit());
    }

    private static OptionalLong mapLimit() {
        // Read at once: the kernel gives what is asked for first, and nothing more.
        try (InputStream file = Files.newInputStream(MAP_LIMIT)) {
            return number(new String(file.readNBytes(MAX_DIGITS), StandardCharsets.US_ASCII));
        } catch (IOException e) { // no such file, but on Linux
            return OptionalLong.empty();
        }
    }

    private static OptionalLong descriptorLimit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                ? OptionalLong.of(os.getMaxFileDescriptorCount())
                : OptionalLong.empty();
    }

    /** Java does not tell inodes; the program stat of GNU and BusyBox does. */
    private static List<OptionalLong> inodes(Path directory) {
        try {
            Process stat =
                    new ProcessBuilder(
                                    "stat", "-f", "-c", "%c\n%d", directory.toRealPath().toString())
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            List<String> lines = stat.inputReader(StandardCharsets.UTF_8).lines().toList();
            if (lines.size() == 2) {
                return List.of(number(lines.get(0)), number(lines.get(1)));
            }
        } catch (IOException e) { // no such program
            return List.of(OptionalLong.empty(), OptionalLong.empty());
        }
        return List.of(OptionalLong.empty(), OptionalLong.empty());
    }

    private static OptionalLong number(String text) {
        String digits = text.strip();
        return digits.matches("[0-9]{1,18}")
                ? OptionalLong.of(Long.parseLong(digits))
                : OptionalLong.empty();
    }

    /** The options of the last mount whose mount point is the longest one above the directory. */
    private static String mountOptions(Path directory) {
        String options = "";
        int longest = -1;
        try {
            for (String line : Files.readString(MOUNTS, StandardCharsets.UTF_8).split("\n", -1)) {
                String[] fields = line.split(" ", -1);
                if (fields.length > OPTIONS) {
                    Path point = Path.of(fields[MOUNT_POINT].replace("\\040", " "));
                    if (directory.startsWith(point) && point.getNameCount() >= longest) {
                        longest = point.getNameCount();
                        options = fields[OPTIONS];
                    }
                }
            }
        } catch (IOException e) { // no such file, but on Linux
            return "";
        }
        return options;
    }
}
