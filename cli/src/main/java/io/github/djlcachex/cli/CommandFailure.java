package io.github.djlcachex.cli;

/** CommandFailure ends a command with a message for people and an exit code. */
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int exitCode;

    CommandFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    static CommandFailure usage(String message) {
        return new CommandFailure(ExitCode.USAGE, message);
    }

    static CommandFailure noCache(String message) {
        return new CommandFailure(ExitCode.NO_CACHE, message);
    }

    static CommandFailure nothingStored(String module) {
        return new CommandFailure(ExitCode.PROBLEMS, "nothing was ever stored in " + module);
    }

    int exitCode() {
        return exitCode;
    }
}
