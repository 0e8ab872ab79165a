package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Keys;

import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;

/** Put, gather, flush and clear of rows with string keys. */
@Param(name = "key", gen = IntGen.class, conf = "0:2")
@Param(name = "number", gen = IntGen.class, conf = "1:9")
public final class StringCacheModel {

    private static final Keys KEYS = Keys.of("a", "bc", "def");

    private final CacheParts cache = new CacheParts(KEYS);

    @Operation
    public boolean put(@Param(name = "key") int key, @Param(name = "number") int number) {
        return cache.put(KEYS, key, number);
    }

    @Operation
    public long get(@Param(name = "key") int key) {
        return cache.get(KEYS, key);
    }

    @Operation
    public void flush() {
        cache.flush();
    }

    @Operation
    public void clear() {
        cache.clear();
    }
}
