package io.github.djlcachex.interop.internal.arrow;

import io.github.djlcachex.interop.spi.LeafType;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/**
 * A field of an Arrow schema.
 *
 * @param name its name
 * @param typeName the name of its type in Arrow's format
 * @param kind how its values lie in buffers
 * @param leaf the type of its values, or null if it has children or no column can have them
 * @param listLength the length of lists of one length, else 0
 * @param children the fields below it; those of a dictionary's values if it has one
 * @param metadata what was noted of it
 * @param dictionary the dictionary that its values are indices of, or null
 */
record ArrowField(
        String name,
        String typeName,
        ArrowKind kind,
        @Nullable LeafType leaf,
        int listLength,
        List<ArrowField> children,
        Map<String, String> metadata,
        @Nullable DictionaryField dictionary) {

    private static final String EXTENSION = "ARROW:extension:name";
    private static final String EXTENSION_FACTS = "ARROW:extension:metadata";

    /**
     * The dictionary of a field.
     *
     * @param id its number in the file
     * @param values the field of its values
     */
    record DictionaryField(long id, ArrowField values) {}

    String extension() {
        return metadata.getOrDefault(EXTENSION, "");
    }

    String extensionFacts() {
        return metadata.getOrDefault(EXTENSION_FACTS, "{}");
    }
}
