package io.github.djlcachex.tensor;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The rows of entries that no reader is shown any more.
 *
 * <p>A chunk is stale if a head names it that was replaced, or whose entry was removed or has
 * expired. One that no head names may belong to a put that is under way, and is left. The newest
 * head of an entry is left too: it says that older ones are not to be shown, and which version
 * comes next. If it is damaged, nothing of its entry is stale.
 */
final class StaleRows {

    private static final int HEADS_AT_A_TIME = 256;

    private final FeatureCache cache;
    private final EntryRows rows;
    private final Predicate<Head> isShown;

    StaleRows(FeatureCache cache, EntryRows rows, Predicate<Head> isShown) {
        this.cache = cache;
        this.rows = rows;
        this.isShown = isShown;
    }

    /** Returns the keys of the rows. */
    List<String> keys() {
        List<String> stale = new ArrayList<>();
        List<String> headKeys = new ArrayList<>();
        List<Boolean> newest = new ArrayList<>();
        versions()
                .forEach(
                        (digest, versions) -> {
                            for (long version : versions) {
                                headKeys.add(EntryRows.headKey(digest, version));
                                newest.add(version == versions.last());
                            }
                        });
        for (int from = 0; from < headKeys.size(); from += HEADS_AT_A_TIME) {
            int to = Math.min(headKeys.size(), from + HEADS_AT_A_TIME);
            collect(headKeys.subList(from, to), newest.subList(from, to), stale);
        }
        return stale;
    }

    /**
     * The versions of each entry, ascending, without those of entries with a damaged newest one.
     */
    private Map<String, SortedSet<Long>> versions() {
        Map<String, SortedSet<Long>> versions = new TreeMap<>();
        if (cache.keys() instanceof StringKeys keys) {
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i);
                int at = key.indexOf('@');
                if (at > 0) {
                    versions.computeIfAbsent(key.substring(0, at), digest -> new TreeSet<>())
                            .add(Long.parseLong(key.substring(at + 1)));
                }
            }
        }
        versions.entrySet().removeIf(entry -> !isReadable(entry.getKey(), entry.getValue().last()));
        return versions;
    }

    private boolean isReadable(String digest, long version) {
        return rows.heads(Keys.of(EntryRows.headKey(digest, version)))
                .get(0)
                .flatMap(Entries::parsed)
                .isPresent();
    }

    private void collect(List<String> headKeys, List<Boolean> newest, List<String> stale) {
        List<Optional<String>> texts = rows.heads(Keys.ofStrings(headKeys));
        for (int i = 0; i < headKeys.size(); i++) {
            Optional<Head> head = texts.get(i).flatMap(Entries::parsed);
            if (newest.get(i)) {
                head.filter(isShown.negate()).ifPresent(hidden -> addChunks(hidden, stale));
            } else {
                stale.add(headKeys.get(i));
                head.ifPresent(replaced -> addChunks(replaced, stale));
            }
        }
    }

    private static void addChunks(Head head, List<String> stale) {
        for (int chunk = 0; chunk < head.chunks(); chunk++) {
            stale.add(EntryRows.chunkKey(head, chunk));
        }
    }
}
