package io.github.djlcachex.internal.io;

import java.io.Closeable;
import java.io.IOException;

/** A file that is closed at the end of a try statement, unless something goes on reading it. */
public final class OpenedFile implements Closeable {

    private final ReadableFile file;
    private boolean kept;

    /**
     * Takes a file that was just opened.
     *
     * @param file the file
     */
    public OpenedFile(ReadableFile file) {
        this.file = file;
    }

    /**
     * Returns the file.
     *
     * @return the file
     */
    public ReadableFile file() {
        return file;
    }

    /**
     * Leaves the file open at the end of the try statement. A mapped file need not be kept: its
     * mapping outlives the channel.
     *
     * @param keep true if what was made of the file goes on reading it
     */
    public void keepIf(boolean keep) {
        kept = keep;
    }

    @Override
    public void close() throws IOException {
        if (!kept) {
            file.close();
        }
    }
}
