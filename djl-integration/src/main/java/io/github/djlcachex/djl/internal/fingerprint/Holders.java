package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.util.NativeResource;

import java.util.List;
import java.util.concurrent.Future;

/** Objects that may hold weights where nobody else can read them. */
final class Holders {

    private static final List<String> ENGINES =
            List.of(
                    "ai.onnxruntime.",
                    "org.tensorflow.",
                    "org.bytedeco.",
                    "org.pytorch.",
                    "ai.djl.sentencepiece.",
                    "ai.djl.fasttext.");

    private Holders() {}

    /** Tells whether objects of a class may hold weights, and do not show them. */
    static boolean areUnreadable(Class<?> type) {
        return ENGINES.stream().anyMatch(type.getName()::startsWith)
                || NativeResource.class.isAssignableFrom(type)
                || ThreadLocal.class.isAssignableFrom(type)
                || Future.class.isAssignableFrom(type);
    }
}
