package io.github.djlcachex.cache;

/** Who has the files of a generation compacted, see {@link FeatureCache#compact()}. */
public enum MaintenanceMode {
    /** The cache does it by itself, in the background and when it is closed. */
    AUTOMATIC,
    /** Nobody but who calls {@link FeatureCache#compact()}. */
    MANUAL
}
