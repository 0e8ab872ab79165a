package io.github.djlcachex.cli;

/** A Format is what a command prints: lines for people, or JSON or CSV for programs. */
enum Format {
    TABLE,
    JSON,
    CSV;

    /** Refuses CSV for a command whose output is no list. */
    void refuseCsv(String command) {
        if (this == CSV) {
            throw CommandFailure.usage(command + " prints no list: use --format table or json");
        }
    }
}
