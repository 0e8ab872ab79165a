package io.github.djlcachex.internal.check;

import io.github.djlcachex.cache.FilesystemTrait;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Has a second process look at files that this one writes, and the other way round. */
final class ProcessProbe {

    private static final int SIZE = 100_000;
    private static final long LATE_MS = 1_000;
    private static final String REFRESH = "refreshInterval(Duration.ofSeconds(10))";

    private final CheckFiles files;
    private final SecondProcess.Starter starter;
    private final String mountOptions;
    private final boolean network;

    ProcessProbe(
            CheckFiles files, SecondProcess.Starter starter, String mountOptions, boolean network) {
        this.files = files;
        this.starter = starter;
        this.mountOptions = mountOptions;
        this.network = network;
    }

    List<Finding> run() {
        try (SecondProcess second = starter.start(files)) {
            second.sees("shared");
            Path written = files.write("shared.tmp", SIZE, 1);
            files.storage().rename(written, files.path("shared"));
            long start = System.nanoTime();
            SecondProcess.Sight sight = second.await("shared", SIZE);
            long delayMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            return List.of(visibility(second, sight), attributes(sight, delayMs));
        } catch (IOException e) {
            String observed = "no second process: " + e;
            return List.of(
                    Finding.unknown(FilesystemTrait.SECOND_PROCESS, observed),
                    Finding.unknown(FilesystemTrait.ATTRIBUTE_CACHE, observed));
        }
    }

    private Finding visibility(SecondProcess second, SecondProcess.Sight sight) throws IOException {
        FilesystemTrait trait = FilesystemTrait.SECOND_PROCESS;
        second.write("answer", SIZE);
        boolean answered = files.lists("answer");
        boolean whole = answered && Pattern.isWhole(files.read(files.path("answer")), SIZE);
        if (answered && !whole) {
            return Finding.problem(
                    trait,
                    "a file of a second process is here with other bytes than it wrote",
                    "keep the cache on another filesystem");
        }
        if (!sight.seen() || !answered) {
            return Finding.note(
                            trait,
                            "one process does not see a file of the other for seconds",
                            "rows of other processes come late; shorten what the mount caches")
                    .with(REFRESH);
        }
        return sight.parts() == 0
                ? Finding.good(trait, "two processes see each other's files whole")
                : Finding.note(
                        trait,
                        "a second process saw a part of a file by its final name",
                        "nothing to do: a cache opens such a file again");
    }

    private Finding attributes(SecondProcess.Sight sight, long delayMs) {
        FilesystemTrait trait = FilesystemTrait.ATTRIBUTE_CACHE;
        String options = mountOptions.isEmpty() ? "" : "; mounted with " + mountOptions;
        if (!sight.seen() || delayMs > LATE_MS) {
            return Finding.note(
                            trait,
                            "a new name is seen after "
                                    + (sight.seen() ? delayMs + " ms" : "seconds, or never")
                                    + options,
                            "mount with a shorter cache of attributes and directories")
                    .with(REFRESH);
        }
        return network
                ? Finding.note(
                        trait,
                        "on this host a new name is seen at once" + options,
                        "other hosts see it as late as their mounts cache: see docs/filesystems.md")
                : Finding.good(trait, "a new name is seen within " + (delayMs + 1) + " ms");
    }
}
