package io.github.djlcachex.internal.check;

import io.github.djlcachex.cache.FilesystemTrait;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Renames files, to a new name and over one that a thread reads meanwhile. */
final class RenameProbe {

    private static final FilesystemTrait TRAIT = FilesystemTrait.RENAME;
    private static final int SIZE = 8192;
    private static final int ROUNDS = 100;
    private static final String ELSEWHERE = "keep the cache on another filesystem";

    private final CheckFiles files;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger missed = new AtomicInteger();
    private final AtomicInteger torn = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    RenameProbe(CheckFiles files) {
        this.files = files;
    }

    Finding run() throws IOException {
        Path from = files.write("rename.tmp", SIZE, 1);
        Path to = files.path("rename");
        files.storage().rename(from, to);
        if (files.lists("rename.tmp") || !Arrays.equals(files.read(to), Pattern.bytes(SIZE, 1))) {
            return Finding.problem(
                    TRAIT, "a renamed file is not whole, or has both names", ELSEWHERE);
        }
        return overTakenName(to);
    }

    private Finding overTakenName(Path to) throws IOException {
        Thread reader = new Thread(() -> readUntilOver(to), "djlcachex-check");
        reader.setDaemon(true);
        reader.start();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Path next = files.write("rename-" + round + ".tmp", SIZE, round + 2);
                files.storage().rename(next, to);
            }
        } catch (IOException e) {
            return Finding.note(
                    TRAIT,
                    "a file cannot be renamed over another: " + e,
                    "nothing to do: a cache renames its segments to new names");
        } finally {
            over.set(true);
            join(reader);
        }
        return verdict();
    }

    private Finding verdict() {
        if (missed.get() + torn.get() > 0) {
            return Finding.problem(
                    TRAIT,
                    "of "
                            + reads
                            + " reads during renames, "
                            + missed
                            + " found no file and "
                            + torn
                            + " a part of one",
                    ELSEWHERE);
        }
        String observed = "atomic in " + ROUNDS + " renames, read " + reads + " times meanwhile";
        return failed.get() == 0
                ? Finding.good(TRAIT, observed)
                : Finding.note(
                        TRAIT,
                        observed + ", of which " + failed + " failed",
                        "nothing to do: rows that cannot be read are misses until they can");
    }

    private void readUntilOver(Path file) {
        while (!over.get()) {
            try {
                boolean whole = Pattern.isWhole(files.read(file), SIZE);
                torn.addAndGet(whole ? 0 : 1);
            } catch (NoSuchFileException e) {
                missed.incrementAndGet();
            } catch (IOException e) {
                failed.incrementAndGet();
            }
            reads.incrementAndGet();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
