package io.github.djlcachex.internal.check;

import io.github.djlcachex.cache.FilesystemTrait;

import java.util.Locale;

/** Holds the room and the limits that the system tells against what a cache wants. */
final class LimitProbes {

    private static final long MIB = 1L << 20;
    private static final long LEAST_BYTES = 64 * MIB;
    private static final long FEW_BYTES = 1024 * MIB;
    private static final long LEAST_INODES = 100;
    private static final long FEW_INODES = 10_000;
    private static final long USUAL_MAPPINGS = 65_530;
    private static final long FEW_DESCRIPTORS = 4_096;
    static final String FREE = "make room: djlcachex gc, or a limit of the cache directory";

    private LimitProbes() {}

    static Finding space(long usableBytes) {
        FilesystemTrait trait = FilesystemTrait.SPACE;
        if (usableBytes == Long.MAX_VALUE) {
            return Finding.unknown(trait, "the filesystem does not tell how much is free");
        }
        String observed = String.format(Locale.ROOT, "%,d MiB may be written", usableBytes / MIB);
        if (usableBytes < LEAST_BYTES) {
            return Finding.problem(trait, observed, FREE);
        }
        return usableBytes < FEW_BYTES
                ? Finding.note(trait, observed, FREE).with("maxBytes(" + usableBytes / 2 + "L)")
                : Finding.good(trait, observed);
    }

    static Finding inodes(SystemFacts facts) {
        FilesystemTrait trait = FilesystemTrait.INODES;
        if (facts.inodes().isEmpty() || facts.freeInodes().isEmpty()) {
            return Finding.unknown(trait, "the system does not tell how many files fit");
        }
        if (facts.inodes().getAsLong() == 0) {
            return Finding.good(trait, "the filesystem has no limit of files");
        }
        long free = facts.freeInodes().getAsLong();
        String observed = String.format(Locale.ROOT, "%,d files may be created", free);
        if (free < LEAST_INODES) {
            return Finding.problem(trait, observed, FREE);
        }
        return free < FEW_INODES
                ? Finding.note(trait, observed, FREE).with("maxFiles(" + free / 2 + "L)")
                : Finding.good(trait, observed);
    }

    static Finding mappings(SystemFacts facts) {
        FilesystemTrait trait = FilesystemTrait.MAP_LIMIT;
        if (facts.mappings().isEmpty()) {
            return Finding.unknown(trait, "the system has no max_map_count to read");
        }
        long limit = facts.mappings().getAsLong();
        String observed = String.format(Locale.ROOT, "a process may have %,d mappings", limit);
        return limit >= USUAL_MAPPINGS
                ? Finding.good(trait, observed)
                : Finding.note(
                        trait,
                        observed,
                        "files beyond seven eighths of that are read by positional reads: raise"
                                + " vm.max_map_count, or compact");
    }

    static Finding descriptors(SystemFacts facts) {
        FilesystemTrait trait = FilesystemTrait.DESCRIPTOR_LIMIT;
        if (facts.descriptors().isEmpty()) {
            return Finding.unknown(trait, "the system does not tell how many files may be open");
        }
        long limit = facts.descriptors().getAsLong();
        String observed = String.format(Locale.ROOT, "a process may open %,d files", limit);
        return limit >= FEW_DESCRIPTORS
                ? Finding.good(trait, observed)
                : Finding.note(
                        trait,
                        observed,
                        "positional reads keep each segment file open: raise ulimit -n, or"
                                + " compact");
    }
}
