package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.LambdaBlock;

import io.github.djlcachex.djl.internal.code.LambdaCode;
import io.github.djlcachex.djl.internal.hash.DigestWriter;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** Decides which fields of an object tell how it computes, and which values are settings. */
public final class Settings {

    private static final List<String> DJL_WITH_SETTINGS =
            List.of(
                    "ai.djl.nn.",
                    "ai.djl.basicmodelzoo.",
                    "ai.djl.modality.",
                    "ai.djl.ndarray.index.",
                    "ai.djl.timeseries.",
                    "ai.djl.util.Pair",
                    "ai.djl.translate.",
                    "ai.djl.huggingface.translator.",
                    "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer",
                    "ai.djl.inference.Predictor",
                    "ai.djl.util.Pair");

    // JDK classes whose text is exact
    private static final Set<Class<?>> VALUES =
            Set.of(
                    OptionalInt.class,
                    OptionalLong.class,
                    OptionalDouble.class,
                    Duration.class,
                    UUID.class);

    // the shape that a block was initialized with, and what follows from it
    private static final Set<String> OF_INPUTS =
            Set.of("inputShape", "shiftBatchAxis", "reverseShiftBatchAxis");

    // only these fields of a predictor affect its results
    private static final Set<String> OF_PREDICTOR = Set.of("block", "translator");

    private Settings() {}

    /** Tells whether a class of DJL holds its settings in fields, and no native handles. */
    static boolean isDjlWithSettings(Class<?> type) {
        return DJL_WITH_SETTINGS.stream().anyMatch(type.getName()::startsWith);
    }

    /** Returns the fields of one class that are part of a digest, by name. */
    public static List<Field> fieldsOf(Class<?> declaring) {
        return Arrays.stream(declaring.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()))
                .filter(field -> !isBookkeeping(field))
                .sorted(Comparator.comparing(Field::getName))
                .toList();
    }

    private static boolean isBookkeeping(Field field) {
        Class<?> declaring = field.getDeclaringClass();
        if (declaring == Predictor.class) {
            return !OF_PREDICTOR.contains(field.getName());
        }
        return declaring == AbstractBaseBlock.class
                || declaring == AbstractBlock.class
                || (isDjlWithSettings(declaring) && OF_INPUTS.contains(field.getName()));
    }

    /**
     * Tells whether a setting in a field is part of a digest. A user's field that is not final may
     * be a counter.
     */
    static boolean counts(Field field) {
        return isDjlWithSettings(field.getDeclaringClass())
                || Modifier.isFinal(field.getModifiers());
    }

    /** Tells whether a field can hold only settings, by its type. */
    static boolean isSettingType(Class<?> type) {
        return type.isPrimitive()
                || type == String.class
                || type == Shape.class
                || type == Class.class
                || type == Pattern.class
                || type == Locale.class
                || VALUES.contains(type)
                || Enum.class.isAssignableFrom(type)
                || (type.isArray() && isSettingType(type.getComponentType()))
                || (Number.class.isAssignableFrom(type) && isImmutableNumber(type))
                || type == Boolean.class
                || type == Character.class;
    }

    private static boolean isImmutableNumber(Class<?> type) {
        String owner = type.getPackageName();
        return owner.equals("java.lang") || owner.equals("java.math");
    }

    /** Tells whether a type is an array of numbers, of any number of dimensions. */
    public static boolean isNumbers(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return type.isArray() && element.isPrimitive();
    }

    public static boolean isSetting(Object value) {
        return isSettingType(value.getClass());
    }

    /** Returns a text that only an equal setting has. */
    public static String describe(Object setting) {
        return typeOf(setting) + " " + textOf(setting);
    }

    static void write(DigestWriter out, Object setting) {
        out.text(typeOf(setting));
        if (setting.getClass().isArray()) {
            int length = Array.getLength(setting);
            out.number(length);
            for (int i = 0; i < length; i++) {
                Object element = Array.get(setting, i);
                if (element == null) {
                    out.text("null");
                } else {
                    write(out, element);
                }
            }
        } else {
            out.text(textOf(setting));
        }
    }

    private static String typeOf(Object setting) {
        return setting instanceof Enum<?> constant
                ? constant.getDeclaringClass().getName()
                : setting.getClass().getName();
    }

    private static String textOf(Object setting) {
        if (setting instanceof Enum<?> constant) {
            return constant.name();
        } else if (setting instanceof Class<?> type) {
            return LambdaCode.nameOf(type);
        } else if (setting instanceof String text) {
            return withoutJvmNumber(text);
        }
        return setting.toString();
    }

    /**
     * Cuts off the number that the JVM gives a lambda: {@link LambdaBlock#singleton} uses it as a
     * name.
     */
    private static String withoutJvmNumber(String text) {
        int mark = text.indexOf("$$Lambda");
        return mark < 0 ? text : text.substring(0, mark);
    }
}
