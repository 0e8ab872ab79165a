package io.github.djlcachex.arrow;

import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

/** This JVM was started without the flags that Arrow's own memory needs; the message names them. */
public final class ArrowFlagsException extends CacheException {

    private static final long serialVersionUID = 2L;

    ArrowFlagsException(Problem problem) {
        super(problem);
    }
}
