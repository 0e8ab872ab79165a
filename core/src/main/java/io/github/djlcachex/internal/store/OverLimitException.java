package io.github.djlcachex.internal.store;

import java.io.IOException;

/** A segment that is not written, because the cache directory would exceed its limits. */
final class OverLimitException extends IOException {

    private static final long serialVersionUID = 1L;

    OverLimitException(String message) {
        super(message);
    }
}
