package io.github.djlcachex.parquet;

import io.github.djlcachex.interop.internal.table.Nesting;
import io.github.djlcachex.interop.internal.table.Refusals;
import io.github.djlcachex.interop.spi.ColumnData;
import io.github.djlcachex.interop.spi.LeafType;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Assembles the lists of one column of a row group. A value comes with two levels: from which list
 * on it begins a new one, and how far down its path something is there.
 */
final class ColumnValues {

    private final ColumnReader reader;
    private final String subject;
    private final LeafType leaf;
    private final PrimitiveTypeName primitive;
    private final int fullLevel;

    /** For each list on the path, the level at which it has an element. */
    private final int[] elementLevels;

    ColumnValues(ColumnReader reader, ColumnDescriptor column, MessageType schema, String subject) {
        this.reader = reader;
        this.subject = subject;
        this.primitive = column.getPrimitiveType().getPrimitiveTypeName();
        this.fullLevel = column.getMaxDefinitionLevel();
        LeafType type = ParquetTypes.leaf(column.getPrimitiveType());
        List<Integer> levels = new ArrayList<>();
        String[] path = column.getPath();
        for (int i = 1; i <= path.length; i++) {
            String[] to = Arrays.copyOf(path, i);
            if (schema.getType(to).isRepetition(Type.Repetition.REPEATED)) {
                levels.add(schema.getMaxDefinitionLevel(to));
            }
        }
        this.elementLevels = levels.stream().mapToInt(Integer::intValue).toArray();
        if (type == null || (type.isBytes() && elementLevels.length > 0)) {
            throw Refusals.rows(
                    subject,
                    "numbers, lists of numbers, or a text a row",
                    column.getPrimitiveType().toString(),
                    "leave the column out, or cast it");
        }
        this.leaf = type;
    }

    /** Reads the values of so many rows. */
    ColumnData read(int rows) {
        int depth = elementLevels.length;
        List<Starts> starts = new ArrayList<>();
        for (int list = 0; list < depth; list++) {
            starts.add(new Starts());
        }
        Values values = new Values();
        for (int row = 0; row < rows; row++) {
            do {
                add(starts, values);
            } while (reader.getCurrentRepetitionLevel() > 0);
        }
        ColumnData data = values.data();
        for (int list = depth - 1; list >= 0; list--) {
            data = Nesting.of(subject, starts.get(list).ends(), data);
        }
        return data;
    }

    private void add(List<Starts> starts, Values values) {
        int begins = reader.getCurrentRepetitionLevel();
        int level = reader.getCurrentDefinitionLevel();
        if (begins > 0) {
            starts.get(begins - 1).addElement();
        }
        boolean isThere = true;
        for (int list = begins; list < elementLevels.length && isThere; list++) {
            starts.get(list).begin();
            isThere = level >= elementLevels[list];
            if (isThere) {
                starts.get(list).addElement();
            } else if (level < elementLevels[list] - 1) {
                throw refusedNull();
            }
        }
        if (isThere) {
            if (level < fullLevel) {
                throw refusedNull();
            }
            values.add();
        }
        reader.consume();
    }

    private RuntimeException refusedNull() {
        return Refusals.rows(subject, "a value", "null", "fill or leave out such rows");
    }

    /** Where the lists of one depth begin. */
    private static final class Starts {

        private int[] starts = new int[16];
        private int lists;
        private int elements;

        void begin() {
            if (lists + 1 >= starts.length) {
                starts = Arrays.copyOf(starts, 2 * starts.length);
            }
            starts[lists++] = elements;
        }

        void addElement() {
            elements++;
        }

        int[] ends() {
            int[] all = Arrays.copyOf(starts, lists + 1);
            all[lists] = elements;
            return all;
        }
    }

    /** The elements that were read. */
    private final class Values {

        private ByteBuffer numbers = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int count;
        private int[] starts = new int[16];

        void add() {
            if (leaf.isBytes()) {
                if (count + 1 >= starts.length) {
                    starts = Arrays.copyOf(starts, 2 * starts.length);
                }
                bytes.writeBytes(reader.getBinary().getBytes());
                starts[++count] = bytes.size();
                return;
            }
            count++;
            if (numbers.remaining() < Long.BYTES) {
                numbers =
                        ByteBuffer.allocate(Math.multiplyExact(2, numbers.capacity()))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .put(numbers.flip());
            }
            addNumber();
        }

        private void addNumber() {
            switch (primitive) {
                case BOOLEAN -> numbers.put((byte) (reader.getBoolean() ? 1 : 0));
                case FLOAT -> numbers.putFloat(reader.getFloat());
                case DOUBLE -> numbers.putDouble(reader.getDouble());
                case INT64 -> numbers.putLong(reader.getLong());
                case INT32 -> addInteger(reader.getInteger());
                default -> numbers.put(reader.getBinary().getBytes(), 0, leaf.byteWidth());
            }
        }

        private void addInteger(int value) {
            switch (leaf.byteWidth()) {
                case 1 -> numbers.put((byte) value);
                case 2 -> numbers.putShort((short) value);
                default -> numbers.putInt(value);
            }
        }

        ColumnData data() {
            return leaf.isBytes()
                    ? ColumnData.bytes(
                            leaf,
                            ByteBuffer.wrap(bytes.toByteArray()),
                            Arrays.copyOf(starts, count + 1))
                    : ColumnData.uniform(leaf, numbers.flip(), count);
        }
    }
}
