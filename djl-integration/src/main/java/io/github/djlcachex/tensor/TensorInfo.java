package io.github.djlcachex.tensor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is known of a stored tensor without reading it. Immutable. */
public final class TensorInfo {

    private final StoredTensor stored;

    TensorInfo(StoredTensor stored) {
        this.stored = stored;
    }

    /**
     * Returns the name of the array or parameter.
     *
     * @return the name, or empty if it has none
     */
    public Optional<String> name() {
        return Optional.ofNullable(stored.name());
    }

    /**
     * Returns the type, in which it comes back.
     *
     * @return the type
     */
    public TensorType type() {
        return stored.type();
    }

    /**
     * Returns the type in which it is stored: a smaller one if it was narrowed.
     *
     * @return the type
     */
    public TensorType storedType() {
        return stored.values().stored();
    }

    /**
     * Returns the dimensions.
     *
     * @return the dimensions, empty for a scalar
     */
    public long[] shape() {
        return stored.shape().stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * Returns the layout.
     *
     * @return the layout
     */
    public TensorLayout layout() {
        return stored.layout();
    }

    /**
     * Tells whether a parameter is trained.
     *
     * @return its flag, or empty if this is no parameter
     */
    public Optional<Boolean> trainable() {
        return Optional.ofNullable(stored.trainable());
    }

    /**
     * Returns its size in memory.
     *
     * @return the size in bytes
     */
    public long rawBytes() {
        return stored.size();
    }

    /**
     * Returns its size as stored.
     *
     * @return the size in bytes
     */
    public long storedBytes() {
        return stored.storedBytes();
    }

    /**
     * Tells whether compression made it smaller.
     *
     * @return true if it did
     */
    public boolean isCompressed() {
        return stored.planes().stream().anyMatch(StoredPlane::isCompressed);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s%s%s, %d of %d bytes",
                name().map(name -> name + ": ").orElse(""),
                type() == storedType() ? type() : type() + " as " + storedType(),
                Arrays.toString(shape()),
                storedBytes(),
                rawBytes());
    }
}
