package io.github.djlcachex.cli;

/** A Format is what a command prints: lines for people, or JSON or CSV for programs. */
enum Format {
    TABLE,
    JSON,
    CSV
}
