package io.github.djlcachex.interop.internal.table;

import io.github.djlcachex.interop.FileFormat;
import io.github.djlcachex.interop.spi.TableFormat;

import java.util.ServiceLoader;

/** The formats on the path, found as services. */
public final class Formats {

    private Formats() {}

    /** Returns the reader and writer of a format. */
    public static TableFormat of(FileFormat format) {
        for (TableFormat found : ServiceLoader.load(TableFormat.class, loader())) {
            if (found.format() == format) {
                return found;
            }
        }
        throw Refusals.option(
                "format",
                "a format that is on the class path",
                format.toString(),
                format == FileFormat.PARQUET
                        ? "add io.github.djlcachex:djlcachex-parquet"
                        : "add io.github.djlcachex:djlcachex-interop whole");
    }

    private static ClassLoader loader() {
        ClassLoader own = Formats.class.getClassLoader();
        return own == null ? ClassLoader.getSystemClassLoader() : own;
    }
}
