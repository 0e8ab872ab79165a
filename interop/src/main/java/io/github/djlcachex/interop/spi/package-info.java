/**
 * What a file format is to imports and exports: a reader and a writer of columns. Parquet comes as
 * such a format in an artifact of its own.
 */
@NullMarked
package io.github.djlcachex.interop.spi;

import org.jspecify.annotations.NullMarked;
