package io.github.djlcachex.scenario.programs;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.store.TrainingJob;
import io.github.djlcachex.testing.ForgettingStorage;
import io.github.djlcachex.testing.QuickDirectory;

import java.io.IOException;
import java.nio.file.Path;

/** What must hold of a directory whatever happened to its writers. */
public final class Reopening {

    private Reopening() {}

    /**
     * Puts what is left on the real filesystem, opens it plainly, holds it against the account,
     * writes more, and, if asked, opens it once more.
     */
    public static void check(
            ForgettingStorage left, Path root, TrainingJob.Place place, boolean twice)
            throws IOException {
        try (QuickDirectory directory = new QuickDirectory()) {
            left.copyTo(directory.path());
            Path cache = directory.path().resolve(root.relativize(place.directory()));
            TrainingJob.Place there = place.in(cache, place.account().copy());
            try (TrainingJob job = there.openSeparately(new FileStorage())) {
                job.hold();
                job.forward(0, 20);
                assertThat(job.flush()).as("the directory can be written to").isTrue();
                job.hold();
            }
            if (twice) {
                try (TrainingJob job = there.openSeparately(new FileStorage())) {
                    job.hold();
                }
            }
        }
    }
}
