package io.github.djlcachex.cache;

/** A FilesystemTrait is one of the things that a {@link FilesystemCheck} looks at. */
public enum FilesystemTrait {

    /** A rename is atomic: a reader finds the old file or the new one, and always a whole one. */
    RENAME,

    /** A hard link to a name that is taken fails, so that one of several racing writers wins. */
    LINK,

    /** The content of a file can be forced to the disk. */
    FILE_FSYNC,

    /** The names in a directory can be forced to the disk. */
    DIRECTORY_FSYNC,

    /** A second process sees what this one has renamed to its name, and the other way round. */
    SECOND_PROCESS,

    /** What a process keeps of names and sizes after it asked for them: the attribute cache. */
    ATTRIBUTE_CACHE,

    /** A file that is mapped has the bytes that were written. */
    MAPPING,

    /** The filesystem's clock, which dates files, is that of the system. */
    CLOCK,

    /** The bytes that may be written. */
    SPACE,

    /** The files that may be created. */
    INODES,

    /** The mappings that the kernel allows a process. */
    MAP_LIMIT,

    /** The files that the system lets a process have open. */
    DESCRIPTOR_LIMIT
}
