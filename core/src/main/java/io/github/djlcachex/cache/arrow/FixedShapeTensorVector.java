package io.github.djlcachex.cache.arrow;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.hash.ArrowBufHasher;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.util.TransferPair;

/** A vector of tensors of one shape, over a vector of lists of one size. */
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

    @Override
    public TransferPair makeTransferPair(ValueVector target) {
        return getUnderlyingVector()
                .makeTransferPair(((FixedShapeTensorVector) target).getUnderlyingVector());
    }
}
