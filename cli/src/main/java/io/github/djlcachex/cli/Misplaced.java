package io.github.djlcachex.cli;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/** Misplaced tells a user who names a directory inside a cache directory which one is meant. */
final class Misplaced {

    private static final String MODULE = "m-.*-[0-9a-f]{16}";

    private Misplaced() {}

    /** Throws if the directory is that of a module, or below it. */
    static void refuse(Path directory) {
        Path module = enclosingModule(directory.toAbsolutePath().normalize());
        if (module != null && module.getParent() != null) {
            throw CommandFailure.noCache(
                    directory
                            + " is inside a cache directory: give "
                            + module.getParent()
                            + " instead");
        }
    }

    private static @Nullable Path enclosingModule(Path directory) {
        Path at = directory;
        while (at != null && !String.valueOf(at.getFileName()).matches(MODULE)) {
            at = at.getParent();
        }
        return at;
    }
}
