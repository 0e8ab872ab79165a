package io.github.djlcachex.arrow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.Problem;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ExtensionTypeRegistry;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * Arrow's canonical type {@code arrow.fixed_shape_tensor}, which arrow-java does not have.
 *
 * <p>Its storage is a fixed-size list; its metadata names the shape of one value. Immutable.
 */
public final class FixedShapeTensorType extends ArrowType.ExtensionType {

    /** The canonical name of the type. */
    public static final String NAME = "arrow.fixed_shape_tensor";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ArrowType storage;
    private final String metadata;

    /**
     * Creates the type.
     *
     * @param storage a fixed-size list of as many items as the shape has elements
     * @param metadata the canonical JSON, for instance {@code {"shape":[2,3]}}
     */
    public FixedShapeTensorType(ArrowType storage, String metadata) {
        this.storage = storage;
        this.metadata = metadata;
    }

    /** Makes the type known to arrow-java, unless another class is registered for it. */
    static void register() {
        if (ExtensionTypeRegistry.lookup(NAME) == null) {
            ExtensionTypeRegistry.register(
                    new FixedShapeTensorType(new FixedSizeList(1), "{\"shape\":[]}"));
        }
    }

    /**
     * Returns the shape of one value.
     *
     * @return the shape; empty for a scalar
     * @throws InvalidRowsException if the metadata is not the canonical JSON
     */
    public int[] shape() {
        try {
            JsonNode shape = MAPPER.readTree(metadata).path("shape");
            int[] dimensions = new int[shape.size()];
            for (int i = 0; i < dimensions.length; i++) {
                dimensions[i] = shape.get(i).intValue();
            }
            return dimensions;
        } catch (JsonProcessingException e) {
            throw new InvalidRowsException(
                    Problem.of(
                            "metadata of " + NAME,
                            "JSON with a shape",
                            metadata,
                            "correct the program that wrote the file",
                            e));
        }
    }

    @Override
    public ArrowType storageType() {
        return storage;
    }

    @Override
    public String extensionName() {
        return NAME;
    }

    @Override
    public boolean extensionEquals(ExtensionType other) {
        return other instanceof FixedShapeTensorType that
                && storage.equals(that.storage)
                && metadata.equals(that.metadata);
    }

    @Override
    public ArrowType deserialize(ArrowType storageType, String serializedData) {
        return new FixedShapeTensorType(storageType, serializedData);
    }

    @Override
    public String serialize() {
        return metadata;
    }

    @Override
    public FieldVector getNewVector(String name, FieldType fieldType, BufferAllocator allocator) {
        return FixedShapeTensorVector.create(name, fieldType, allocator, null);
    }
}
