package io.github.djlcachex.tensor;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads members of JSON objects; what is missing or of another type is no head of an entry. */
final class Fields {

    private Fields() {}

    static String text(Map<?, ?> map, String name) {
        return (String) present(map, name);
    }

    static long number(Map<?, ?> map, String name) {
        return (Long) present(map, name);
    }

    static boolean truth(Map<?, ?> map, String name) {
        return (Boolean) present(map, name);
    }

    static List<?> list(Map<?, ?> map, String name) {
        return (List<?>) present(map, name);
    }

    static List<Long> numbers(Map<?, ?> map, String name) {
        return numbers(list(map, name));
    }

    static List<Long> numbers(List<?> list) {
        List<Long> numbers = new ArrayList<>();
        list.forEach(number -> numbers.add((Long) number));
        return List.copyOf(numbers);
    }

    static Map<?, ?> map(@Nullable Object value) {
        return (Map<?, ?>) notNull(value, "object");
    }

    private static Object present(Map<?, ?> map, String name) {
        return notNull(map.get(name), name);
    }

    private static Object notNull(@Nullable Object value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("no member " + name);
        }
        return value;
    }
}
