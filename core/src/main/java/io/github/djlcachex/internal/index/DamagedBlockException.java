package io.github.djlcachex.internal.index;

import java.io.IOException;

/**
 * A block of an index snapshot that was read and is not what was written. Any other {@link
 * IOException} says no more than that it cannot be read now.
 */
final class DamagedBlockException extends IOException {

    private static final long serialVersionUID = 1L;

    DamagedBlockException(String message) {
        super(message);
    }

    DamagedBlockException(String message, Throwable cause) {
        super(message, cause);
    }
}
