/** Tests of the figures and of the report; no test is timed. */
@NullMarked
package io.github.djlcachex.benchmark;

import org.jspecify.annotations.NullMarked;
