package io.github.djlcachex.internal.check;

import io.github.djlcachex.cache.FilesystemTrait;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Arrays;

/** Links files to new names and to a name that is taken. */
final class LinkProbe {

    private static final FilesystemTrait TRAIT = FilesystemTrait.LINK;
    private static final int SIZE = 512;

    private final CheckFiles files;

    LinkProbe(CheckFiles files) {
        this.files = files;
    }

    Finding run() throws IOException {
        Path first = files.write("link-1.tmp", SIZE, 1);
        Path second = files.write("link-2.tmp", SIZE, 2);
        Path name = files.path("link");
        try {
            files.storage().link(first, name);
        } catch (IOException | UnsupportedOperationException e) {
            return Finding.note(
                    TRAIT,
                    "there are no hard links: " + e,
                    "nothing to do: the contract of a module gets a name with its own hash");
        }
        boolean refused = isRefused(second, name);
        if (!Arrays.equals(files.read(name), Pattern.bytes(SIZE, 1))) {
            return Finding.problem(
                    TRAIT,
                    "a hard link has taken a name that another file had",
                    "keep the cache on another filesystem, or let one process write at a time");
        }
        return refused
                ? Finding.good(TRAIT, "a link to a name that is taken is refused")
                : Finding.note(
                        TRAIT,
                        "a link to a name that is taken does nothing, and says nothing",
                        "open a new module with one process first");
    }

    private boolean isRefused(Path second, Path name) throws IOException {
        try {
            files.storage().link(second, name);
            return false;
        } catch (FileAlreadyExistsException e) {
            return true;
        }
    }
}
