package io.github.djlcachex.cli;

/** OutputClosed says that the reader of standard output, such as {@code head}, has gone. */
final class OutputClosed extends RuntimeException {

    private static final long serialVersionUID = 1;

    OutputClosed(Throwable cause) {
        super("the output was closed", cause);
    }
}
