package io.github.djlcachex.spark.internal;

import io.github.djlcachex.cache.SnapshotPart;

import org.apache.spark.sql.connector.read.InputPartition;

import java.util.List;

/**
 * What one task reads.
 *
 * @param parts the parts, a serializable list
 */
record PartsPartition(List<SnapshotPart> parts) implements InputPartition {}
