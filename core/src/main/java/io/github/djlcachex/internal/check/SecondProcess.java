package io.github.djlcachex.internal.check;

import java.io.Closeable;
import java.io.IOException;

/** A process beside this one that looks at the directory of a check, and writes there. */
interface SecondProcess extends Closeable {

    /**
     * What it saw of a file.
     *
     * @param seen whether it saw the file whole
     * @param parts how often it saw a part of it before that
     */
    record Sight(boolean seen, int parts) {}

    /** Starts the process. */
    interface Starter {
        SecondProcess start(CheckFiles files) throws IOException;
    }

    /** Tells whether it sees a name, by which it comes to know that there is none. */
    boolean sees(String name) throws IOException;

    /** Waits until it sees a file whole, some seconds at most. */
    Sight await(String name, int size) throws IOException;

    /** Writes a file as a cache does, and renames it to its name. */
    void write(String name, int size) throws IOException;
}
