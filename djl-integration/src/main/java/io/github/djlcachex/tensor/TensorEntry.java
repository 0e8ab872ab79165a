package io.github.djlcachex.tensor;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An entry of a {@link TensorCache}, without its elements. Immutable. */
public final class TensorEntry {

    private final Head head;
    private final List<TensorInfo> tensors;

    TensorEntry(Head head) {
        this.head = head;
        this.tensors = head.tensors().stream().map(TensorInfo::new).toList();
    }

    /**
     * Returns the attributes.
     *
     * @return the key
     */
    public TensorKey key() {
        return head.key();
    }

    /**
     * Returns the tensors in their order: one an array, or one a parameter of a block.
     *
     * @return the tensors
     */
    public List<TensorInfo> tensors() {
        return tensors;
    }

    /**
     * Returns when the entry was put.
     *
     * @return the time, by the clock of the process that put it
     */
    public Instant writtenAt() {
        return Instant.ofEpochMilli(head.writtenAtMs());
    }

    /**
     * Returns the digest of a block's parameters: their names, types, shapes and numbers.
     *
     * @return the SHA-256, or empty if this is no entry of parameters
     */
    public Optional<String> fingerprint() {
        return Optional.ofNullable(head.fingerprint());
    }

    /**
     * Returns the size of all tensors in memory.
     *
     * @return the size in bytes
     */
    public long rawBytes() {
        return tensors.stream().mapToLong(TensorInfo::rawBytes).sum();
    }

    /**
     * Returns the size of all tensors as stored.
     *
     * @return the size in bytes
     */
    public long storedBytes() {
        return head.storedBytes();
    }

    /**
     * Returns the size in memory for each stored byte: what narrowing and compression gained.
     *
     * @return the ratio; 1 if nothing is stored
     */
    public double ratio() {
        return storedBytes() == 0 ? 1 : (double) rawBytes() / storedBytes();
    }

    /**
     * Tells whether compression made a tensor smaller.
     *
     * @return true if it did
     */
    public boolean isCompressed() {
        return tensors.stream().anyMatch(TensorInfo::isCompressed);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s: %s, written at %s", key(), tensors, writtenAt());
    }
}
