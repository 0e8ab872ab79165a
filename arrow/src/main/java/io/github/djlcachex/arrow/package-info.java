/**
 * The segments of a cache as Arrow vectors, for programs that want the rows in Arrow.
 *
 * <p>{@link io.github.djlcachex.arrow.ArrowSegments} is the entry. Arrow's own memory needs a JVM
 * flag, {@code --add-opens=java.base/java.nio=ALL-UNNAMED}, and an allocator library. The default
 * is {@code arrow-memory-netty}; from Java 24 on it needs {@code
 * --sun-misc-unsafe-memory-access=allow} too. A program that has another version of Netty excludes
 * it and depends on {@code arrow-memory-unsafe} instead, which needs the first flag alone. {@link
 * io.github.djlcachex.arrow.ArrowSegments#open} throws an exception that says which is missing.
 */
@NullMarked
package io.github.djlcachex.arrow;

import org.jspecify.annotations.NullMarked;
