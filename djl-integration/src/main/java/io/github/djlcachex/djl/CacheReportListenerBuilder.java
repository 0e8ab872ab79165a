package io.github.djlcachex.djl;

import io.github.djlcachex.row.GivenOptions;
import io.github.djlcachex.row.InvalidOptionException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Builds a {@link CacheReportListener}. Not safe for use by several threads. */
public final class CacheReportListenerBuilder {

    private final GivenOptions given = new GivenOptions();
    private @Nullable List<CacheBlockDecorator> decorators;
    @Nullable Consumer<String> lines;
    @Nullable Path jsonLines;

    CacheReportListenerBuilder() {}

    /**
     * Sets the decorators whose numbers are reported, all in one line.
     *
     * @param decorators the decorators, one or more; they may share a cache
     * @return this builder
     */
    public CacheReportListenerBuilder setDecorators(CacheBlockDecorator... decorators) {
        List<CacheBlockDecorator> listed = given.once("decorators", decorators);
        Options.check(!listed.isEmpty(), "decorators", "one or more", "none");
        this.decorators = listed;
        return this;
    }

    /**
     * Passes the lines to a program instead of the logger.
     *
     * @param lines takes a line, without its end, on the thread that trains
     * @return this builder
     */
    public CacheReportListenerBuilder optLines(Consumer<String> lines) {
        this.lines = given.once("lines", lines);
        return this;
    }

    /**
     * Appends each report to a file too, as a JSON object on a line of its own. Times are in
     * seconds; what is unknown is null.
     *
     * @param file the file, in UTF-8, created if it is not there; its directory must be
     * @return this builder
     */
    public CacheReportListenerBuilder optJsonLines(Path file) {
        this.jsonLines = given.once("JSON lines", file);
        return this;
    }

    /**
     * Returns the listener.
     *
     * @return the listener
     * @throws InvalidOptionException if there are no decorators
     */
    public CacheReportListener build() {
        return build(System::nanoTime);
    }

    CacheReportListener build(LongSupplier nanoClock) {
        return new CacheReportListener(this, nanoClock);
    }

    List<CacheBlockDecorator> decorators() {
        return Options.required(decorators, "decorators", "setDecorators");
    }
}
