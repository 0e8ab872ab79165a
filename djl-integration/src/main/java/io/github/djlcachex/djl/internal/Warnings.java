package io.github.djlcachex.djl.internal;

import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.SLF4JServiceProvider;

import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Logs the warnings that a user must not miss.
 *
 * <p>Without an SLF4J provider on the class path all of them would be lost, so the first one goes
 * to standard error as well.
 */
public final class Warnings {

    private static final AtomicBoolean printed = new AtomicBoolean(hasProvider());

    private Warnings() {}

    private static boolean hasProvider() {
        return ServiceLoader.load(SLF4JServiceProvider.class, Logger.class.getClassLoader())
                .findFirst()
                .isPresent();
    }

    /** Logs a warning in the format of SLF4J. */
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
