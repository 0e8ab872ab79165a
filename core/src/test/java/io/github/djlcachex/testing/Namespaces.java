package io.github.djlcachex.testing;

import org.junit.jupiter.api.Assumptions;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Programs in namespaces of their own, as a container has them: what they mount, or which ids they
 * see, is theirs alone and ends with them. It takes root on Linux.
 */
public final class Namespaces {

    /** A user of whom the system knows no name, who may read what the tests' class path needs. */
    public static final String NAMELESS_USER =
            "exec setpriv --reuid=54321 --regid=54321 --clear-groups"
                    + " --inh-caps=+dac_read_search --ambient-caps=+dac_read_search \"$@\"";

    private Namespaces() {}

    /** Gives a test up, loudly, where a shell command does not work in new namespaces. */
    public static void demand(String test, String script) throws InterruptedException {
        List<String> command = shell(List.of("--mount", "--pid"), script + "; exit $?");
        command.add("true");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (process.waitFor() == 0) {
                return;
            }
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
        String why = "NOT TESTED here: " + test + ": it needs root on Linux, and " + script;
        System.err.println(why);
        Assumptions.abort(why);
    }

    private static List<String> shell(List<String> namespaces, String script) {
        List<String> command = new ArrayList<>(List.of("unshare", "--fork", "--kill-child=KILL"));
        command.addAll(namespaces);
        command.addAll(List.of("--propagation", "private", "sh", "-euc", script, "sh"));
        return command;
    }

    /**
     * Starts a program in new namespaces.
     *
     * @param errors the directory for what it prints as errors
     * @param namespaces options of unshare, such as {@code --pid}
     * @param script what a shell does there; it must end with {@code exec} of {@code "$@"}
     * @param main the program
     * @param arguments its arguments
     */
    public static ChildJvm start(
            Path errors, List<String> namespaces, String script, Class<?> main, Object... arguments)
            throws IOException {
        List<String> command = shell(namespaces, script);
        command.addAll(
                List.of(
                        ChildJvm.java(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName()));
        return ChildJvm.startCommand(errors, command, Map.of(), arguments);
    }
}
