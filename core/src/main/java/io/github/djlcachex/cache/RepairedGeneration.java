package io.github.djlcachex.cache;

import java.nio.file.Path;
import java.util.List;

/** What a repair found, where the damaged files are now, and how many rows it saved of them. */
record RepairedGeneration(CheckedGeneration found, List<Path> movedTo, long savedRows) {

    RepairedGeneration {
        movedTo = List.copyOf(movedTo);
    }
}
