package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.nn.Block;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Names the classes that a {@link BlockWalk} looks through instead of reading their fields. */
public interface KnownParts {

    /** Returns the block that a decorator wraps, or null if the object is no decorator. */
    @Nullable Block wrappedBy(Object value);

    /** Returns the parts that tell an object from others, or null if its fields tell it. */
    @Nullable List<Object> partsOf(Object value);
}
