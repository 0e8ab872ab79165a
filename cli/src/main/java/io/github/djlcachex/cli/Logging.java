package io.github.djlcachex.cli;

/** Logging is the log of the library: off, or with {@code --verbose} on standard error. */
final class Logging {

    private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Logging() {}

    /** Sets the level of the loggers that are made from now on. */
    static void level(String level) {
        System.setProperty(LEVEL, level);
    }
}
