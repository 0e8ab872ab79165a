package io.github.djlcachex.internal.store;

import java.nio.file.Path;
import java.util.List;

/** What a repair found, where the damaged files are now, and how many rows it saved of them. */
public record RepairedGeneration(CheckedGeneration found, List<Path> movedTo, long savedRows) {

    public RepairedGeneration {
        movedTo = List.copyOf(movedTo);
    }
}
