package io.github.djlcachex.internal.segment;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;

/**
 * What all rows of a generation have in common; fixed by the first write.
 *
 * @param moduleId the module id, as the user gave it
 * @param fingerprint the fingerprint text; empty if the user gave none
 * @param keyType the type of the keys
 * @param schema the columns
 * @param hashSeed the seed of the hash of string keys
 */
public record Contract(
        String moduleId, String fingerprint, KeyType keyType, RowSchema schema, long hashSeed) {

    /** The format that this version writes, and the newest that it reads. */
    public static final int FORMAT = 1;

    /** The number of columns. */
    int columns() {
        return schema.columns().size();
    }

    /**
     * Tells whether two contracts are of one generation, whatever their hash seed.
     *
     * @param other the other contract
     * @return true if module, fingerprint, key type and columns are equal
     */
    public boolean sameGeneration(Contract other) {
        return moduleId.equals(other.moduleId)
                && fingerprint.equals(other.fingerprint)
                && sameRows(other);
    }

    /**
     * Tells whether two contracts hold rows of the same kind, whatever their hash seed.
     *
     * @param other the other contract
     * @return true if key type and columns are equal
     */
    public boolean sameRows(Contract other) {
        return keyType == other.keyType && schema.equals(other.schema);
    }
}
