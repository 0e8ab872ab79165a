/** Parquet files for imports and exports, without Hadoop. */
@NullMarked
package io.github.djlcachex.parquet;

import org.jspecify.annotations.NullMarked;
