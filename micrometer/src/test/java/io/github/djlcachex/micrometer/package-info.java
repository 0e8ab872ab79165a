@NullMarked
package io.github.djlcachex.micrometer;

import org.jspecify.annotations.NullMarked;
