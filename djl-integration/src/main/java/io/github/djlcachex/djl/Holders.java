package io.github.djlcachex.djl;

import java.util.List;
import java.util.concurrent.Future;

/** Objects that may hold weights where nobody else can read them. */
final class Holders {

    private static final List<String> ENGINES =
            List.of("ai.onnxruntime.", "org.tensorflow.", "org.bytedeco.", "org.pytorch.");

    private Holders() {}

    /** Tells whether objects of a class may hold weights, and do not show them. */
    static boolean areUnreadable(Class<?> type) {
        return ENGINES.stream().anyMatch(type.getName()::startsWith)
                || ThreadLocal.class.isAssignableFrom(type)
                || Future.class.isAssignableFrom(type);
    }
}
