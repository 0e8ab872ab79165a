package io.github.djlcachex.djl.internal.fingerprint;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Answers questions about the JDK's collections. */
final class Containers {

    private Containers() {}

    /** Returns the elements; those of a set by their texts, as its order differs by process. */
    static Collection<?> ordered(Collection<?> elements) {
        if (!(elements instanceof Set<?>)) {
            return elements;
        }
        List<Object> ordered = new ArrayList<>(elements);
        ordered.sort(Comparator.comparing(Containers::orderOf));
        return ordered;
    }

    private static String orderOf(@Nullable Object element) {
        return element != null && Settings.isSetting(element) ? Settings.describe(element) : "";
    }

    static boolean isImmutable(Object value) {
        return value.getClass().getName().startsWith("java.util.ImmutableCollections");
    }
}
