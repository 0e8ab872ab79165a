package io.github.djlcachex.arrow;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/**
 * The libraries on the path give Arrow no memory that works, though the JVM has the flags.
 *
 * <p>The usual cause is another version of Netty than {@code arrow-memory-netty} was built for. The
 * message names {@code arrow-memory-unsafe}, which needs no Netty.
 */
public final class ArrowMemoryException extends CacheException {

    private static final long serialVersionUID = 2L;

    ArrowMemoryException(Problem problem) {
        super(problem);
    }
}
