package io.github.djlcachex.cli;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.row.ElementType;

import java.util.Locale;
import java.util.Optional;

/** Formats are the names of formats and element types in arguments, in any case. */
final class Formats {

    private Formats() {}

    static FileFormat format(String name) {
        return find(FileFormat.class, name)
                .orElseThrow(
                        () ->
                                CommandFailure.usage(
                                        "'"
                                                + Escapes.line(name)
                                                + "' is no format: use arrow, csv, hf, npy, npz,"
                                                + " parquet or torchcachex"));
    }

    static ElementType type(String name) {
        return find(ElementType.class, name)
                .orElseThrow(
                        () ->
                                CommandFailure.usage(
                                        "'"
                                                + Escapes.line(name)
                                                + "' is no type: use float16, float32, float64,"
                                                + " int8, int32 or int64"));
    }

    private static <E extends Enum<E>> Optional<E> find(Class<E> type, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(constant);
            }
        }
        return Optional.empty();
    }
}
