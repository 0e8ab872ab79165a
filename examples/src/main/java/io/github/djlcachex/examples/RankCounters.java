package io.github.djlcachex.examples;

import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.translate.TranslateException;

import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.DecoratorStats;
import io.github.djlcachex.djl.Warmup;
import io.github.djlcachex.row.Keys;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Trains a rank's epochs, and tells the rows that it computed from those that it read. */
final class RankCounters {

    private final CacheBlockDecorator cached;
    private final Set<Long> own = new HashSet<>();
    private final List<RankReport.Epoch> epochs = new ArrayList<>();
    private long filled;

    RankCounters(CacheBlockDecorator cached) {
        this.cached = cached;
    }

    RankReport report(int rank) {
        return new RankReport(rank, filled, List.copyOf(epochs));
    }

    /** Computes images before the first epoch. */
    void fill(Digits images, CachedDataset dataset) throws IOException, TranslateException {
        filled = Warmup.of(cached, dataset).run().computedRows();
        images.images().forEach(image -> own.add(image.id()));
    }

    void train(Trainer trainer, Digits dealt, CachedDataset dataset)
            throws IOException, TranslateException {
        long[] ids = dealt.images().stream().mapToLong(Digits.Image::id).toArray();
        long metBefore = Arrays.stream(ids).filter(own::contains).count();
        long again = computeSoon(ids);
        DecoratorStats before = cached.stats();
        long start = System.nanoTime();
        EasyTrain.fit(trainer, 1, dataset, null);
        double seconds = (System.nanoTime() - start) / 1e9;
        DecoratorStats now = cached.stats();
        long readOwn = metBefore - again;
        epochs.add(
                new RankReport.Epoch(
                        epochs.size() + 1,
                        ids.length,
                        now.computedRows() - before.computedRows(),
                        again,
                        readOwn,
                        now.hits() - before.hits() - readOwn,
                        seconds));
    }

    /** Notes the ids that the cache lacks, and returns how many of them were computed before. */
    private long computeSoon(long[] ids) {
        long again = 0;
        for (int missing : cached.cache().missing(Keys.of(ids))) {
            if (!own.add(ids[missing])) {
                again++;
            }
        }
        return again;
    }
}
