package io.github.djlcachex.internal.check;

import io.github.djlcachex.cache.FilesystemTrait;
import io.github.djlcachex.internal.io.LenientStorage;
import io.github.djlcachex.internal.io.WritableFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** Forces files and their names, and takes the time. */
final class ForceProbe {

    private static final int SIZE = 1 << 20;
    private static final int ROUNDS = 5;
    private static final double NANOS_PER_MS = 1e6;
    private static final long SLOW_MS = 250;
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final String FAILED = "look into the system's log: the disk may be failing";

    private final CheckFiles files;
    private final String type;

    ForceProbe(CheckFiles files, String type) {
        this.files = files;
        this.type = type;
    }

    Finding runFiles() throws IOException {
        long[] nanos = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            try (WritableFile out = files.storage().create(files.path("force-" + round))) {
                out.writeFully(ByteBuffer.wrap(Pattern.bytes(SIZE, round)));
                long start = System.nanoTime();
                out.force();
                nanos[round] = System.nanoTime() - start;
            } catch (IOException e) {
                String advice = FilesystemProbe.isFull(e) ? LimitProbes.FREE : FAILED;
                return Finding.problem(FilesystemTrait.FILE_FSYNC, "failed: " + e, advice);
            }
        }
        Arrays.sort(nanos);
        return filesVerdict(nanos[ROUNDS / 2] / NANOS_PER_MS);
    }

    private Finding filesVerdict(double medianMs) {
        FilesystemTrait trait = FilesystemTrait.FILE_FSYNC;
        String observed =
                String.format(Locale.ROOT, "fsync of a file of 1 MiB takes %.1f ms", medianMs);
        if (IN_MEMORY.contains(type)) {
            return Finding.note(
                    trait,
                    observed + ", but " + type + " is memory",
                    "a restart of the system takes all rows: keep them elsewhere if they are dear");
        }
        return medianMs < SLOW_MS
                ? Finding.good(trait, observed)
                : Finding.note(
                                trait,
                                observed,
                                "without fsync a fill does not wait for the disk; a power loss may"
                                        + " then take the last rows")
                        .with("durability(Durability.OS)");
    }

    Finding runDirectory() throws IOException {
        FilesystemTrait trait = FilesystemTrait.DIRECTORY_FSYNC;
        LenientStorage lenient = new LenientStorage(files.storage(), (directory, e) -> {});
        long start = System.nanoTime();
        try {
            lenient.forceDirectory(files.directory());
        } catch (IOException e) {
            return Finding.problem(trait, "fsync of a directory failed: " + e, FAILED);
        }
        if (lenient.leftNamesUnforced()) {
            return Finding.note(
                    trait,
                    "directories cannot be forced",
                    "a power loss may take names of files whose rows were reported as written");
        }
        double millis = (System.nanoTime() - start) / NANOS_PER_MS;
        return Finding.good(
                trait, String.format(Locale.ROOT, "fsync of a directory takes %.1f ms", millis));
    }
}
