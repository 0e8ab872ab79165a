package io.github.djlcachex.internal.store;

import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** An immutable set of keys. */
final class KeySet {

    private final long[] numbers;
    private final Set<Object> texts;

    KeySet(Keys keys) {
        if (keys instanceof LongKeys longs) {
            numbers = longs.toArray();
            Arrays.sort(numbers);
            texts = Set.of();
        } else {
            numbers = new long[0];
            texts = new HashSet<>();
            for (int i = 0; i < keys.size(); i++) {
                texts.add(keys.getObject(i));
            }
        }
    }

    boolean contains(Keys keys, int position) {
        return keys instanceof LongKeys longs
                ? Arrays.binarySearch(numbers, longs.get(position)) >= 0
                : texts.contains(keys.getObject(position));
    }
}
