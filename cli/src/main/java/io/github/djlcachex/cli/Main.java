package io.github.djlcachex.cli;

/** Main is the entry of the command {@code djlcachex}. */
public final class Main {

    private Main() {}

    /**
     * Runs a command and ends the JVM with its exit code: 0 ok, 1 problems found, 2 wrong usage, 3
     * the filesystem failed, 10 no such cache.
     *
     * @param args the arguments
     */
    public static void main(String[] args) {
        Logging.level("off");
        Terminal terminal = Terminal.ofProcess();
        int exit = Cli.run(terminal, args);
        System.exit(exit);
    }
}
