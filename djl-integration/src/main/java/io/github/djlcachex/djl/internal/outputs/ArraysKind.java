package io.github.djlcachex.djl.internal.outputs;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.djl.internal.engine.ElementTypes;
import io.github.djlcachex.djl.internal.engine.Engines;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kind of outputs that are an {@code NDArray} or an {@code NDList}.
 *
 * <p>A translator either detaches the arrays, so that the user closes them, or leaves them to the
 * manager of the predictor. Arrays from the cache get the same owner.
 *
 * @param schema a column for each array, whose name says what it is of
 * @param list whether the output is a list
 * @param arrays the name and the owner of each array
 */
record ArraysKind(RowSchema schema, boolean list, List<Labelled> arrays) implements OutputKind {

    private static final Pattern LABEL =
            Pattern.compile("(NDArray|NDList\\[\\d+])(@predictor)?(?::(.*))?", Pattern.DOTALL);

    ArraysKind {
        arrays = List.copyOf(arrays);
    }

    /**
     * The parts of a column's name.
     *
     * @param array the type and the position
     * @param ofPredictor whether the array belongs to the predictor's manager
     * @param name the array's name, or null if it has none
     */
    record Labelled(String array, boolean ofPredictor, @Nullable String name) {

        static @Nullable Labelled parse(@Nullable String label) {
            Matcher matcher = LABEL.matcher(label == null ? "" : label);
            return matcher.matches()
                    ? new Labelled(matcher.group(1), matcher.group(2) != null, matcher.group(3))
                    : null;
        }

        String text() {
            return array + (ofPredictor ? "@predictor" : "") + (name == null ? "" : ":" + name);
        }
    }

    @Override
    public String label() {
        return list ? "NDList" : "NDArray";
    }

    static @Nullable ArraysKind parse(RowSchema schema) {
        List<Labelled> arrays = new ArrayList<>();
        boolean list = !schema.columns().get(0).toString().startsWith("NDArray");
        for (int i = 0; i < schema.columns().size(); i++) {
            Labelled array = Labelled.parse(schema.columns().get(i).name());
            if (array == null || !array.array.equals(positionOf(list, i))) {
                return null;
            }
            arrays.add(array);
        }
        return new ArraysKind(schema, list, arrays);
    }

    private static String positionOf(boolean list, int position) {
        return list ? "NDList[" + position + "]" : "NDArray";
    }

    static @Nullable OutputRow rowOf(Object output, NDManager manager) {
        boolean list = output instanceof NDList;
        NDList arrays = list ? (NDList) output : new NDList((NDArray) output);
        List<Column> columns = new ArrayList<>();
        List<ByteBuffer> bytes = new ArrayList<>();
        List<Labelled> labels = new ArrayList<>();
        for (NDArray array : arrays) {
            if (!isStored(array, manager)) {
                return null;
            }
            String position = positionOf(list, columns.size());
            Labelled label = new Labelled(position, isOf(manager, array), array.getName());
            labels.add(label);
            columns.add(columnOf(array, label));
            bytes.add(array.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
        }
        RowSchema schema = RowSchema.of(columns);
        return new OutputRow(new ArraysKind(schema, list, labels), schema, bytes);
    }

    /** Tells whether an array can be stored and created again from its bytes. */
    private static boolean isStored(NDArray array, NDManager manager) {
        DataType type = array.isReleased() ? null : array.getDataType();
        return type != null
                && ElementTypes.isSupported(type)
                && Engines.creates(Engines.nameOf(manager), type)
                && !array.isSparse()
                && array.getShape().size() > 0;
    }

    private static Column columnOf(NDArray array, Labelled label) {
        int[] shape =
                Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
        String subject = ArrayTypes.subject(array, 0);
        return Column.of(
                label.text(), ElementTypes.elementType(subject, array.getDataType()), shape);
    }

    private static boolean isOf(NDManager manager, NDArray array) {
        return array.getManager() == manager;
    }

    @Override
    public Object read(RowBatch rows, int row, NDManager manager) {
        NDList read = new NDList(arrays.size());
        for (int i = 0; i < arrays.size(); i++) {
            read.add(read(OutputKind.slice(rows, row, i), i, manager));
        }
        return list ? read : read.head();
    }

    private NDArray read(ByteBuffer bytes, int position, NDManager manager) {
        Column column = schema.columns().get(position);
        Labelled label = arrays.get(position);
        Device device = manager.getDevice();
        DataType type = ElementTypes.dataType(label(), column.type());
        Shape shape = new Shape(Arrays.stream(column.shape()).asLongStream().toArray());
        ArrayBuilder filled = ArrayBuilder.create(label(), manager, device, shape, type);
        filled.buffer().put(0, bytes, bytes.position(), bytes.remaining());
        NDArray array = filled.finish(label.name());
        if (!label.ofPredictor) {
            array.detach();
        }
        return array;
    }
}
