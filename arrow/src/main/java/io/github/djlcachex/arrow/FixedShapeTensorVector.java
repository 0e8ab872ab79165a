package io.github.djlcachex.arrow;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.hash.ArrowBufHasher;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.util.CallBack;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;

/**
 * A vector of tensors of one shape, over a vector of lists of one size.
 *
 * <p>Its slices and transfers are vectors of this class too, so that {@code VectorSchemaRoot.slice}
 * keeps the type of the column. Not safe for use by several threads.
 */
public final class FixedShapeTensorVector extends ExtensionTypeVector<FixedSizeListVector> {

    private final FieldType fieldType;

    FixedShapeTensorVector(
            String name,
            FieldType fieldType,
            BufferAllocator allocator,
            FixedSizeListVector underlying) {
        super(new Field(name, fieldType, null), allocator, underlying);
        this.fieldType = fieldType;
    }

    /** Creates an empty vector; {@code onSchemaChange} is what Arrow calls when items are added. */
    static FixedShapeTensorVector create(
            String name,
            FieldType fieldType,
            BufferAllocator allocator,
            @Nullable CallBack onSchemaChange) {
        FixedShapeTensorType type = (FixedShapeTensorType) fieldType.getType();
        FieldType lists =
                new FieldType(
                        fieldType.isNullable(), type.storageType(), null, fieldType.getMetadata());
        return new FixedShapeTensorVector(
                name,
                fieldType,
                allocator,
                new FixedSizeListVector(name, allocator, lists, onSchemaChange));
    }

    @Override
    public Field getField() {
        return new Field(getName(), fieldType, getUnderlyingVector().getField().getChildren());
    }

    @Override
    public Object getObject(int index) {
        return getUnderlyingVector().getObject(index);
    }

    @Override
    public int hashCode(int index) {
        return getUnderlyingVector().hashCode(index);
    }

    @Override
    public int hashCode(int index, ArrowBufHasher hasher) {
        return getUnderlyingVector().hashCode(index, hasher);
    }

    // Arrow's defaults transfer the lists alone, and the slice of a root loses the tensor type.

    @Override
    public TransferPair getTransferPair(BufferAllocator target) {
        return getTransferPair(getName(), target);
    }

    @Override
    public TransferPair getTransferPair(String name, BufferAllocator target) {
        return makeTransferPair(create(name, fieldType, target, null));
    }

    @Override
    public TransferPair getTransferPair(
            String name, BufferAllocator target, CallBack onSchemaChange) {
        return makeTransferPair(create(name, fieldType, target, onSchemaChange));
    }

    @Override
    public TransferPair getTransferPair(Field field, BufferAllocator target) {
        return getTransferPair(field.getName(), target);
    }

    @Override
    public TransferPair getTransferPair(
            Field field, BufferAllocator target, CallBack onSchemaChange) {
        return getTransferPair(field.getName(), target, onSchemaChange);
    }

    @Override
    public TransferPair makeTransferPair(ValueVector target) {
        FixedShapeTensorVector tensors = (FixedShapeTensorVector) target;
        return new TensorTransfer(
                tensors, getUnderlyingVector().makeTransferPair(tensors.getUnderlyingVector()));
    }

    /** Moves the lists, and hands out the tensors that are over them. */
    private record TensorTransfer(FixedShapeTensorVector target, TransferPair lists)
            implements TransferPair {

        @Override
        public void transfer() {
            lists.transfer();
        }

        @Override
        public void splitAndTransfer(int startIndex, int length) {
            lists.splitAndTransfer(startIndex, length);
        }

        @Override
        public ValueVector getTo() {
            return target;
        }

        @Override
        public void copyValueSafe(int from, int to) {
            lists.copyValueSafe(from, to);
        }
    }
}
