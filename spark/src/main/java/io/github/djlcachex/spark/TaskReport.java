package io.github.djlcachex.spark;

import org.jspecify.annotations.Nullable;

import java.io.Serializable;
import java.util.List;

/**
 * A TaskReport is what a task tells the driver once its rows are on disk.
 *
 * @param rows the rows of its partition
 * @param computed those that it computed; the others were there, or are bad
 * @param badRows those that could not be computed
 * @param bytes what its flush wrote, rows of other tasks of the JVM among them
 * @param sample the id of a row that it stored, or null
 */
record TaskReport(
        long rows, long computed, List<BadRow> badRows, long bytes, @Nullable Serializable sample)
        implements Serializable {}
