package io.github.djlcachex.djl.internal.dataset;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Warnings;
import io.github.djlcachex.djl.internal.hash.RowHash;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks for a decorator whether the datasets behind its namespaces are those whose rows are in the
 * cache.
 *
 * <p>Whenever a {@code CachedDataset} is iterated, it registers its data for its namespace. A
 * decorator that meets an id of the namespace compares the data with what it met before, and with
 * the note that an earlier run left in the cache. If two models in two threads use one namespace
 * for different data at once, each may be warned of the other's data.
 */
public final class DatasetNotes {

    private static final Logger logger = Loggers.DECORATOR;

    /** Namespaces above this number are not checked. */
    private static final int MAX_NAMESPACES = 1024;

    /** Datasets of one namespace above this number are not compared. */
    private static final int MAX_DATASETS = 8;

    private static final int MAX_NAME_LENGTH = 80;

    private static final Map<String, DatasetSample> IN_USE = new ConcurrentHashMap<>();

    private volatile @Nullable Seen latest;

    // both guarded by the monitor
    private @Nullable FeatureCache cache;
    private final Map<String, List<DatasetDigest>> met = new HashMap<>();

    /** The last pair that was checked, so that the usual batch costs one comparison. */
    private record Seen(FeatureCache cache, String namespace, DatasetSample sample) {}

    /** Registers the data of a namespace. */
    static void use(String namespace, DatasetSample sample) {
        if (IN_USE.containsKey(namespace) || IN_USE.size() < MAX_NAMESPACES) {
            IN_USE.put(namespace, sample);
        }
    }

    /** Compares the data behind a batch with the data behind the cached rows. It only warns. */
    public void seen(FeatureCache cache, Keys keys) {
        if (IN_USE.isEmpty() || keys.size() == 0 || !(keys instanceof StringKeys strings)) {
            return;
        }
        String id = strings.get(0);
        String namespace = id.substring(0, Math.max(0, id.lastIndexOf(':')));
        DatasetSample sample = IN_USE.get(namespace);
        if (sample != null && !isLatest(cache, namespace, sample)) {
            latest = new Seen(cache, namespace, sample);
            check(cache, namespace, sample);
        }
    }

    private boolean isLatest(FeatureCache open, String namespace, DatasetSample sample) {
        Seen seen = latest;
        return seen != null
                && seen.cache() == open
                && seen.sample() == sample
                && seen.namespace().equals(namespace);
    }

    private synchronized void check(FeatureCache open, String namespace, DatasetSample sample) {
        if (cache != open) {
            cache = open; // other weights have another generation with its own notes
            met.clear();
        }
        List<DatasetDigest> earlier = met.computeIfAbsent(namespace, n -> new ArrayList<>());
        if (earlier.size() >= MAX_DATASETS || earlier.contains(sample.digest())) {
            return;
        }
        Optional<String> change =
                earlier.isEmpty() ? Optional.empty() : earlier.get(0).changeTo(sample);
        earlier.add(sample.digest());
        if (change.isPresent()) {
            Warnings.warn(
                    logger,
                    "Two datasets have the namespace '{}' in one module: {}. {}",
                    cut(namespace),
                    change.get(),
                    "Row i of one is taken for row i of the other. Give each dataset its own"
                            + " namespace, such as 'train' and 'validation', and clear the cache");
        } else {
            compareWithNote(open, namespace, sample);
        }
    }

    private static void compareWithNote(
            FeatureCache cache, String namespace, DatasetSample sample) {
        String name = "dataset " + HexFormat.of().formatHex(RowHash.of(namespace));
        Optional<String> note = cache.note(name);
        Optional<DatasetDigest> before = note.flatMap(DatasetDigest::parse);
        Optional<String> change = before.flatMap(digest -> digest.changeTo(sample));
        if (change.isPresent()) {
            Warnings.warn(
                    logger,
                    "The dataset of the namespace '{}' is not the one whose rows are in {}: {}. {}",
                    cut(namespace),
                    cache.directory(),
                    change.get(),
                    "Ids of withNamespace are indices: where rows were inserted, removed or"
                            + " replaced, cached rows are those of other samples. Use"
                            + " CachedDataset.withFileIds or withContentIds, whose ids stay, or"
                            + " another namespace or module id for the changed data");
        } else if (note.isEmpty() || before.filter(d -> d.size() < sample.size()).isPresent()) {
            cache.putNote(name, sample.digest().text());
        }
    }

    private static String cut(String text) {
        return text.length() > MAX_NAME_LENGTH ? text.substring(0, MAX_NAME_LENGTH) + "..." : text;
    }
}
