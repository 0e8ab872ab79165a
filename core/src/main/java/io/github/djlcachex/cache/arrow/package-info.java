/**
 * The segments of a cache as Arrow vectors, for programs that want the data in Arrow.
 *
 * <p>The only package that uses Arrow's own memory, and so the only one that needs JVM flags:
 * {@code --add-opens=java.base/java.nio=ALL-UNNAMED}, and from Java 24 on also {@code
 * --sun-misc-unsafe-memory-access=allow}. Without them {@link
 * io.github.djlcachex.cache.arrow.ArrowSegments#open} says so.
 */
@NullMarked
package io.github.djlcachex.cache.arrow;

import org.jspecify.annotations.NullMarked;
