package io.github.djlcachex.internal.check;

import java.nio.file.Path;
import java.util.List;

/**
 * A filesystem that was checked.
 *
 * @param directory the directory, as it was given
 * @param type the type of the filesystem
 * @param network whether its files are elsewhere, as far as the type tells
 * @param findings one a trait
 */
public record CheckedFilesystem(
        Path directory, String type, boolean network, List<Finding> findings) {}
