package io.github.djlcachex.internal.store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The sizes of all files of a cache directory, or of one generation, by kind. */
public final class TreeUse {

    private final Map<FileKind, HygieneCounts.Sum> ofKind = new EnumMap<>(FileKind.class);

    private TreeUse() {}

    /** Walks a cache directory. */
    public static TreeUse of(Path root) throws IOException {
        TreeUse use = new TreeUse();
        DiskUse.walk(
                root,
                (file, attributes) ->
                        use.add(FileKind.of(root.relativize(file)), DiskUse.bytes(attributes)));
        return use;
    }

    /** Sums the files of one generation. */
    static TreeUse of(List<Generations.Entry> entries) {
        TreeUse use = new TreeUse();
        entries.forEach(entry -> use.add(entry.kind(), entry.bytes()));
        return use;
    }

    private void add(FileKind kind, long bytes) {
        ofKind.merge(
                kind,
                new HygieneCounts.Sum(1, 0, bytes),
                (a, b) -> a.plus(b.files(), b.rows(), b.bytes()));
    }

    private HygieneCounts.Sum of(FileKind kind) {
        return ofKind.getOrDefault(kind, HygieneCounts.Sum.NONE);
    }

    public long files() {
        return ofKind.values().stream().mapToLong(HygieneCounts.Sum::files).sum();
    }

    public long bytes() {
        return ofKind.values().stream().mapToLong(HygieneCounts.Sum::bytes).sum();
    }

    public long segmentBytes() {
        return of(FileKind.SEGMENT).bytes();
    }

    public long indexBytes() {
        return of(FileKind.INDEX).bytes();
    }

    public long damagedBytes() {
        return of(FileKind.DAMAGED).bytes();
    }

    public long trashBytes() {
        return of(FileKind.TRASH).bytes();
    }

    public long temporaryBytes() {
        return of(FileKind.TEMPORARY).bytes();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TreeUse that && ofKind.equals(that.ofKind);
    }

    @Override
    public int hashCode() {
        return ofKind.hashCode();
    }
}
