package io.github.djlcachex.tensor;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** What a head says of an entry beside its tensors; see {@link Head}. */
record Origin(
        @Nullable String engine,
        @Nullable List<List<Long>> inputShapes,
        @Nullable String fingerprint) {

    static final Origin NONE = new Origin(null, null, null);
}
