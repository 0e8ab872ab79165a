/** The command {@code djlcachex}. Its options and its JSON are promised, its classes are not. */
@NullMarked
package io.github.djlcachex.cli;

import org.jspecify.annotations.NullMarked;
