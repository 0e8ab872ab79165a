package io.github.djlcachex.djl.internal.ids;

import io.github.djlcachex.djl.UnsupportedInputException;
import io.github.djlcachex.djl.internal.fingerprint.Settings;
import io.github.djlcachex.djl.internal.hash.Buffers;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Takes the inputs of a translator apart. */
final class Contents {

    static final String SUPPORTED =
            "a text, numbers, bytes, a file, an image, arrays of DJL, or a record, list, array or"
                    + " map of those";

    static final String ADVICE =
            "give ids by a function of the input: CacheIdTranslator.withStringIds, or optIds of a"
                    + " CachedPredictor";

    // classes of DJL that consist of their fields alone
    private static final List<String> DJL_VALUES =
            List.of(
                    "ai.djl.modality.",
                    "ai.djl.util.Pair",
                    "ai.djl.util.PairList",
                    "ai.djl.util.StringPair");

    private Contents() {}

    /**
     * Returns the components of a record or the fields of a value class of DJL, or null for other
     * objects.
     */
    static @Nullable List<@Nullable Object> partsOf(Object input) {
        Class<?> type = input.getClass();
        try {
            if (type.isRecord()) {
                return componentsOf(input);
            }
            return DJL_VALUES.stream().anyMatch(type.getName()::startsWith)
                    ? fieldsOf(input)
                    : null;
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
            throw new UnsupportedInputException(
                    Problem.of(
                            "input to take an id of",
                            "a " + type.getName() + " whose parts can be read",
                            e.toString(),
                            "open its package to this library, or " + ADVICE));
        }
    }

    private static List<@Nullable Object> componentsOf(Object input)
            throws ReflectiveOperationException {
        List<@Nullable Object> parts = new ArrayList<>();
        for (RecordComponent component : input.getClass().getRecordComponents()) {
            Field field = input.getClass().getDeclaredField(component.getName());
            field.setAccessible(true);
            parts.add(field.get(input));
        }
        return parts;
    }

    private static List<@Nullable Object> fieldsOf(Object input)
            throws ReflectiveOperationException {
        List<@Nullable Object> parts = new ArrayList<>();
        Class<?> at = input.getClass();
        while (at != null && at != Object.class) {
            for (Field field : Settings.fieldsOf(at)) {
                field.setAccessible(true);
                parts.add(field.get(input));
            }
            at = at.getSuperclass();
        }
        return parts;
    }

    /** Tells whether an object is an AWT image. Some Java runtimes do not have that class. */
    static boolean isAwtImage(@Nullable Object object) {
        Class<?> at = object == null ? null : object.getClass();
        while (at != null && !at.getName().equals("java.awt.image.BufferedImage")) {
            at = at.getSuperclass();
        }
        return at != null;
    }

    /** Returns the number type of a buffer, whether direct or on the heap. */
    static String kindOf(Buffer buffer) {
        Class<?> type = buffer.getClass();
        while (type.getSuperclass() != Buffer.class && type.getSuperclass() != null) {
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }

    /** Returns the bytes between a buffer's position and its limit. */
    static ByteBuffer remainingOf(Buffer buffer) {
        return buffer instanceof ByteBuffer bytes ? bytes.slice() : Buffers.bytesOf(buffer.slice());
    }
}
