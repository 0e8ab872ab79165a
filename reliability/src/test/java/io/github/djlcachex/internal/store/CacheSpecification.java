package io.github.djlcachex.internal.store;

import java.util.HashMap;
import java.util.Map;

/** What a cache is when nothing happens at once: a map whose first entry of a key stays. */
public final class CacheSpecification {

    private final Map<Integer, Integer> numbers = new HashMap<>();

    public boolean put(int key, int number) {
        return numbers.putIfAbsent(key, number) == null;
    }

    public long get(int key) {
        return numbers.getOrDefault(key, 0);
    }

    public void flush() {}

    public void clear() {
        numbers.clear();
    }
}
