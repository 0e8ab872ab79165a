/**
 * The values that every layer speaks: keys, columns, row schemas, batches of rows, and the
 * exceptions.
 *
 * <p>It stands below all other packages and knows no file. Everything public here is promised.
 */
@NullMarked
package io.github.djlcachex.row;

import org.jspecify.annotations.NullMarked;
