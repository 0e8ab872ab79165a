/** Ids as texts: those that users give, long ones, and hashes of a translator's inputs. */
@NullMarked
package io.github.djlcachex.djl.internal.ids;

import org.jspecify.annotations.NullMarked;
