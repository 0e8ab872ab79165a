package io.github.djlcachex.djl;

import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The output shapes that the wrapped block gave, remembered by input shapes.
 *
 * <p>A symbol block runs its model to tell its output shapes, and DJL asks each time that a network
 * is printed.
 */
final class OutputShapes {

    private static final int MAX_KNOWN = 256;

    private final Map<List<Shape>, Shape[]> known = new ConcurrentHashMap<>();

    /** Returns the shapes as remembered, or those that a run of the block tells. */
    Shape[] of(Shape[] inputShapes, Supplier<Shape[]> run) {
        Shape[] remembered = known.get(List.of(inputShapes));
        if (remembered != null) {
            return remembered.clone();
        }
        Shape[] shapes = run.get();
        if (known.size() < MAX_KNOWN) {
            known.put(List.of(inputShapes), shapes.clone());
        }
        return shapes;
    }

    /** Returns the shapes that the cached rows tell, or null if nothing is known of them. */
    static Shape @Nullable [] ofCached(Shape[] inputShapes, @Nullable FeatureCache cache) {
        RowSchema schema = cache == null ? null : cache.schema().orElse(null);
        if (schema == null || inputShapes.length == 0 || inputShapes[0].dimension() == 0) {
            return null;
        }
        long rows = inputShapes[0].get(0);
        return schema.columns().stream().map(c -> ofRows(rows, c)).toArray(Shape[]::new);
    }

    /** Returns the shape of some rows of a column, made at once: Shape.add costs as much again. */
    static Shape ofRows(long rows, Column column) {
        int rank = column.shape().size();
        long[] dimensions = new long[1 + rank];
        dimensions[0] = rows;
        for (int i = 0; i < rank; i++) {
            dimensions[1 + i] = column.shape().get(i);
        }
        return new Shape(dimensions);
    }
}
