package io.github.djlcachex.tensor;

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

    private final EntryRows rows;
    private final Predicate<Head> isShown;

    StaleRows(EntryRows rows, Predicate<Head> isShown) {
        this.rows = rows;
        this.isShown = isShown;
    }

    /** Returns the keys of the rows. */
    List<String> keys() {
        Map<String, SortedSet<Long>> versions = new TreeMap<>();
        rows.eachVersion(
                (digest, version) ->
                        versions.computeIfAbsent(digest, any -> new TreeSet<>()).add(version));
        List<String> replaced = new ArrayList<>();
        List<String> stale = new ArrayList<>();
        versions.forEach(
                (digest, all) -> {
                    Optional<Head> newest = head(rows.head(EntryRows.headKey(digest, all.last())));
                    if (newest.isPresent()) {
                        newest.filter(isShown.negate()).ifPresent(head -> addChunks(head, stale));
                        all.headSet(all.last())
                                .forEach(old -> replaced.add(EntryRows.headKey(digest, old)));
                    }
                });
        rows.heads(replaced).forEach(text -> head(text).ifPresent(head -> addChunks(head, stale)));
        stale.addAll(replaced);
        return stale;
    }

    private static Optional<Head> head(Optional<String> text) {
        return text.flatMap(Entries::parsed);
    }

    private static void addChunks(Head head, List<String> stale) {
        for (int chunk = 0; chunk < head.chunks(); chunk++) {
            stale.add(EntryRows.chunkKey(head, chunk));
        }
    }
}
