package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.segment.Discarded;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.WriterId;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What a file of a cache directory is, by its name and place alone. What has no name of ours is
 * foreign, and no operation removes it.
 */
enum FileKind {
    INDEX,
    SEGMENT,
    TRASH,
    DAMAGED,
    NOTE,
    TEMPORARY,
    DELETION,
    CONTRACT,
    MARK,
    LIMITS,
    FOREIGN;

    private static final Pattern MODULE = Pattern.compile("m-.*-[0-9a-f]{16}");
    private static final Pattern CONTRACTS =
            Pattern.compile("contract(-[0-9a-f]{8}|-damaged-(?<writer>\\w+))?\\.json");
    private static final Pattern MOVED = Pattern.compile("(?<segment>.+\\.arrow)(\\.[0-9]{1,9})?");

    /** Tells what a file is, by its path below the cache directory. */
    static FileKind of(Path relative) {
        int names = relative.getNameCount();
        String name = String.valueOf(relative.getFileName());
        if (names == 1) {
            return name.equals(LimitsFile.NAME) ? LIMITS : temporaryOrForeign(name);
        }
        boolean ours =
                names >= 3
                        && isModuleName(relative.getName(0).toString())
                        && StorePaths.isGenerationName(relative.getName(1).toString());
        if (!ours || names > 4) {
            return FOREIGN;
        }
        return names == 3 ? ofGeneration(name) : ofDirectory(relative.getName(2).toString(), name);
    }

    static boolean isModuleName(String name) {
        return MODULE.matcher(name).matches();
    }

    private static FileKind ofGeneration(String name) {
        var contract = CONTRACTS.matcher(name);
        if (contract.matches()) {
            String writer = contract.group("writer");
            return writer == null || WriterId.parse(writer).isPresent() ? CONTRACT : FOREIGN;
        }
        return name.equals(UseMarks.USED) ? MARK : temporaryOrForeign(name);
    }

    private static FileKind ofDirectory(String directory, String name) {
        boolean segment = SegmentName.parse(name, SegmentName.COMMITTED).isPresent();
        FileKind other = temporaryOrForeign(name);
        return switch (directory) {
            case StorePaths.SEGMENTS -> segment ? SEGMENT : other;
            case StorePaths.DELETIONS -> segment ? DELETION : other;
            case StorePaths.TRASH -> isMovedSegment(name) ? TRASH : other;
            case StorePaths.DAMAGED -> isMovedSegment(name) ? DAMAGED : other;
            case StorePaths.INDEX -> name.equals(StorePaths.SNAPSHOT) ? INDEX : other;
            case StorePaths.NOTES -> NoteFile.isName(name) ? NOTE : other;
            case StorePaths.OPEN -> WriterId.parse(name).isPresent() ? MARK : other;
            default -> FOREIGN;
        };
    }

    /** A second copy of a file that was moved has a number behind its name. */
    private static boolean isMovedSegment(String name) {
        var moved = MOVED.matcher(name);
        return moved.matches()
                && SegmentName.parse(moved.group("segment"), SegmentName.COMMITTED).isPresent();
    }

    private static FileKind temporaryOrForeign(String name) {
        boolean temporary =
                SegmentName.parse(name, SegmentName.TEMPORARY).isPresent()
                        || Discarded.isName(name);
        return temporary ? TEMPORARY : FOREIGN;
    }
}
