package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.SegmentName;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A VerifyPlan is how much of the segment files a check reads, and who is told how far it is.
 *
 * @param share the share of their bytes that is read at least, above 0 and at most 1
 * @param progress is told
 */
public record VerifyPlan(double share, Progress progress) {

    /** Reads everything, and tells nobody. */
    public static final VerifyPlan ALL = new VerifyPlan(1, (bytes, of) -> {});

    /** Is told how many bytes of how many were read. */
    @FunctionalInterface
    public interface Progress {
        void read(long bytes, long of);
    }

    /** The files to be read, in the order of their names. */
    record Chosen(List<SegmentName> files, List<SegmentName> others, long bytes) {}

    /** Chooses files at random until the share is reached. */
    Chosen choose(Path segments, List<SegmentName> names, Random random) throws IOException {
        List<SegmentName> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, random);
        long all = 0;
        for (SegmentName name : names) {
            all += bytes(segments, name);
        }
        Set<SegmentName> chosen = new HashSet<>();
        long bytes = 0;
        for (SegmentName name : shuffled) {
            if (share >= 1 || chosen.isEmpty() || bytes < share * all) {
                chosen.add(name);
                bytes += bytes(segments, name);
            }
        }
        return new Chosen(only(names, chosen, true), only(names, chosen, false), bytes);
    }

    private static List<SegmentName> only(
            List<SegmentName> names, Set<SegmentName> chosen, boolean in) {
        return names.stream()
                .filter(name -> chosen.contains(name) == in)
                .sorted(Comparator.comparing(SegmentName::committedFile))
                .toList();
    }

    static long bytes(Path segments, SegmentName name) throws IOException {
        try {
            return Files.size(segments.resolve(name.committedFile()));
        } catch (NoSuchFileException e) {
            return 0; // deleted since it was listed
        }
    }
}
