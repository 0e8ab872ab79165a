package io.github.djlcachex.djl.internal;

import java.io.Console;

/** Terminal tells whether a person looks at what this process prints. */
public final class Terminal {

    private Terminal() {}

    /**
     * Tells whether standard input and output are a terminal. From Java 22 on there is a console
     * without one too, which says so by a method that Java 17 does not have.
     */
    @SuppressWarnings("SystemConsoleNull") // Java 17 to 21 have none without a terminal
    public static boolean isThere() {
        Console console = System.console();
        return console != null && !"dumb".equals(System.getenv("TERM")) && isTerminal(console);
    }

    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true; // before Java 22 there is none without a terminal
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
