package io.github.djlcachex.internal.check;

import io.github.djlcachex.cache.FilesystemTrait;
import io.github.djlcachex.internal.io.ReadableFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Maps a file and holds its bytes against those that were written. */
final class MappingProbe {

    private static final FilesystemTrait TRAIT = FilesystemTrait.MAPPING;
    private static final int SIZE = 1 << 20;
    private static final String POSITIONAL = "readMode(ReadMode.POSITIONAL)";

    private final CheckFiles files;

    MappingProbe(CheckFiles files) {
        this.files = files;
    }

    Finding run() throws IOException {
        Path file = files.write("map", SIZE, 1);
        ByteBuffer map;
        try (ReadableFile in = files.storage().open(file)) {
            map = in.map(0, SIZE);
        } catch (IOException e) {
            return Finding.note(TRAIT, "a file cannot be mapped: " + e, "read by positional reads")
                    .with(POSITIONAL);
        }
        return map.equals(ByteBuffer.wrap(Pattern.bytes(SIZE, 1)))
                ? Finding.good(TRAIT, "a mapping has the bytes that were written")
                : Finding.problem(
                                TRAIT,
                                "a mapping has other bytes than were written",
                                "read by positional reads")
                        .with(POSITIONAL);
    }
}
