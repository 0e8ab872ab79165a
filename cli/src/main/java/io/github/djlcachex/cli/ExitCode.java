package io.github.djlcachex.cli;

/** The exit codes of the command. More may be added. */
final class ExitCode {

    static final int OK = 0;
    static final int PROBLEMS = 1;
    static final int USAGE = 2;
    static final int IO = 3;
    static final int NO_CACHE = 10;

    private ExitCode() {}
}
