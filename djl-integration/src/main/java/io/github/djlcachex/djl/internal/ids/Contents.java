package io.github.djlcachex.djl.internal.ids;

import io.github.djlcachex.djl.UnsupportedInputException;
import io.github.djlcachex.djl.internal.fingerprint.Settings;
import io.github.djlcachex.djl.internal.hash.Buffers;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.RecordComponent;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What inputs of a translator are made of. */
final class Contents {

    static final String SUPPORTED =
            "a text, numbers, bytes, a file, an image, arrays of DJL, or a record, list, array or"
                    + " map of those";

    static final String ADVICE =
            "give ids by a function of the input: CacheIdTranslator.withStringIds, or optIds of a"
                    + " CachedPredictor";

    // classes of DJL that are nothing but what is in their fields
    private static final List<String> DJL_VALUES =
            List.of(
                    "ai.djl.modality.",
                    "ai.djl.util.Pair",
                    "ai.djl.util.PairList",
                    "ai.djl.util.StringPair");

    private Contents() {}

    /** Returns the parts of a record or of a value of DJL, or null if it is neither. */
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
                    "input to take an id of",
                    "a " + type.getName() + " whose parts can be read",
                    e.toString(),
                    "open its package to this library, or " + ADVICE);
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

    /** Tells whether an object is an image of AWT, which not every Java runtime has. */
    static boolean isAwtImage(@Nullable Object object) {
        Class<?> at = object == null ? null : object.getClass();
        while (at != null && !at.getName().equals("java.awt.image.BufferedImage")) {
            at = at.getSuperclass();
        }
        return at != null;
    }

    /** Returns which numbers are in a buffer, whatever holds them. */
    static String kindOf(Buffer buffer) {
        Class<?> type = buffer.getClass();
        while (type.getSuperclass() != Buffer.class && type.getSuperclass() != null) {
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }

    /** Returns the numbers between a buffer's position and its limit. */
    static ByteBuffer remainingOf(Buffer buffer) {
        return buffer instanceof ByteBuffer bytes ? bytes.slice() : Buffers.bytesOf(buffer.slice());
    }
}
