package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.util.NativeResource;

import java.util.List;
import java.util.concurrent.Future;

/** Knows the classes that may hold weights which nothing else can read. */
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

    /** Tells whether objects of a class may hold weights without showing them. */
    static boolean areUnreadable(Class<?> type) {
        return ENGINES.stream().anyMatch(type.getName()::startsWith)
                || NativeResource.class.isAssignableFrom(type)
                || ThreadLocal.class.isAssignableFrom(type)
                || Future.class.isAssignableFrom(type);
    }
}
