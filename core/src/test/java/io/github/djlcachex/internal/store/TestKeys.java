package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Keys;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/** Sets of keys in tests. */
final class TestKeys {

    private TestKeys() {}

    static Keys none() {
        return Keys.of(new long[0]);
    }

    static Keys without(Keys keys, Keys removed) {
        Set<Object> gone = new HashSet<>();
        for (int i = 0; i < removed.size(); i++) {
            gone.add(removed.getObject(i));
        }
        return keys.select(
                IntStream.range(0, keys.size())
                        .filter(i -> !gone.contains(keys.getObject(i)))
                        .toArray());
    }
}
