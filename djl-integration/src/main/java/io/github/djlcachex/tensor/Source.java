package io.github.djlcachex.tensor;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** A tensor that is put, whoever holds its bytes. */
record Source(
        @Nullable String name,
        TensorType type,
        List<Long> shape,
        TensorLayout layout,
        @Nullable Boolean trainable,
        List<Plane> planes) {

    long size() {
        return planes.stream().mapToLong(Plane::size).sum();
    }

    Source as(String newName, boolean isTrainable) {
        return new Source(newName, type, shape, layout, isTrainable, planes);
    }
}
