package io.github.djlcachex.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Devices are what the standard streams of a process are.
 *
 * @param input true if standard input is a terminal
 * @param output true if standard output is a terminal
 * @param pipe true if standard output is a pipe or a socket
 */
record Devices(boolean input, boolean output, boolean pipe) {

    static Devices ofProcess() {
        String out = target(1);
        return new Devices(
                isTerminal(target(0)),
                isTerminal(out),
                out.startsWith("pipe:") || out.startsWith("socket:"));
    }

    private static String target(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
        } catch (IOException | UnsupportedOperationException e) { // no /proc
            return hasConsole() ? "/dev/tty" : "";
        }
    }

    private static boolean isTerminal(String target) {
        return target.startsWith("/dev/pts/")
                || target.startsWith("/dev/tty")
                || target.equals("/dev/console");
    }

    /** Whether input and output are a terminal. From Java 22 on there is a console without one. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean hasConsole() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
