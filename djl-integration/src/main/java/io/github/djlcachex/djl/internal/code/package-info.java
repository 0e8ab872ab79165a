/** The code of lambdas and of users' classes, read from class files, as a part of a digest. */
@NullMarked
package io.github.djlcachex.djl.internal.code;

import org.jspecify.annotations.NullMarked;
