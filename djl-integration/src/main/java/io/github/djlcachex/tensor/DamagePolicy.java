package io.github.djlcachex.tensor;

/** What reading an entry does of which a part is damaged or gone. */
public enum DamagePolicy {
    /** The entry is absent, which is counted: {@link TensorCacheStats#damagedEntries}. */
    MISS,
    /** A {@link DamagedEntryException} is thrown. */
    THROW
}
