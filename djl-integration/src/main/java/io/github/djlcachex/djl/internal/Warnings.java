package io.github.djlcachex.djl.internal;

import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.SLF4JServiceProvider;

import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Warnings that a user must not miss: through SLF4J, and where the class path has no provider of
 * it, so that all of them would be lost, the first one on standard error.
 */
public final class Warnings {

    private static final AtomicBoolean printed = new AtomicBoolean(hasProvider());

    private Warnings() {}

    private static boolean hasProvider() {
        return ServiceLoader.load(SLF4JServiceProvider.class, Logger.class.getClassLoader())
                .findFirst()
                .isPresent();
    }

    /** Logs a warning, of SLF4J's format. */
    public static void warn(Logger logger, String format, Object... arguments) {
        logger.warn(format, arguments);
        if (!printed.get() && !printed.getAndSet(true)) {
            System.err.println(
                    "djlcachex: "
                            + MessageFormatter.arrayFormat(format, arguments).getMessage()
                            + " Further warnings are not shown, since SLF4J has no provider: add one"
                            + " to the class path, such as org.slf4j:slf4j-simple.");
        }
    }
}
