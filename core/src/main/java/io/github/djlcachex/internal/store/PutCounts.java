package io.github.djlcachex.internal.store;

/** What became of the rows of a put; the three numbers add up to the size of the batch. */
public record PutCounts(int stored, int duplicates, int declined) {

    static PutCounts allDeclined(int rows) {
        return new PutCounts(0, 0, rows);
    }

    PutCounts plus(PutCounts other) {
        return new PutCounts(
                stored + other.stored, duplicates + other.duplicates, declined + other.declined);
    }
}
