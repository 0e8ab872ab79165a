@NullMarked
package io.github.djlcachex.cli;

import org.jspecify.annotations.NullMarked;
