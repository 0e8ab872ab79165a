package io.github.djlcachex.djl;

import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/** The stable ids of a dataset's rows, by index. */
interface IdSource {

    /** Returns the ids of the rows at some indices, in the order given. */
    Keys keys(long[] indices);

    /** Returns the number of ids, if they were listed. */
    default OptionalLong size() {
        return OptionalLong.empty();
    }

    /** Tells whether the ids were listed row by row, and so do not follow from an index. */
    default boolean listed() {
        return size().isPresent();
    }

    static IdSource of(long[] ids) {
        long[] copy = ids.clone();
        return new IdSource() {
            @Override
            public Keys keys(long[] indices) {
                return Keys.of(mapped(indices, i -> copy[checked(i)]));
            }

            @Override
            public OptionalLong size() {
                return OptionalLong.of(copy.length);
            }

            private int checked(long index) {
                return checkIndex(index, copy.length);
            }
        };
    }

    static IdSource of(List<String> ids) {
        List<String> copy = List.copyOf(ids);
        return new IdSource() {
            @Override
            public Keys keys(long[] indices) {
                return strings(indices, i -> copy.get(checkIndex(i, copy.size())));
            }

            @Override
            public OptionalLong size() {
                return OptionalLong.of(copy.size());
            }
        };
    }

    static IdSource ofLongs(LongUnaryOperator idOfIndex) {
        return indices -> Keys.of(mapped(indices, idOfIndex));
    }

    static IdSource ofStrings(LongFunction<String> idOfIndex) {
        return indices -> strings(indices, idOfIndex);
    }

    static IdSource ofNamespace(String namespace) {
        if (namespace.isBlank()) {
            throw new InvalidOptionException(
                    "namespace",
                    "a text that is not blank",
                    "'" + namespace + "'",
                    "name the data");
        }
        return ofStrings(index -> namespace + ":" + index);
    }

    /** Returns the ids of a part of the rows, by their index in that part. */
    default IdSource part(long[] indices) {
        IdSource whole = this;
        return new IdSource() {
            @Override
            public Keys keys(long[] local) {
                return whole.keys(mapped(local, i -> indices[checkIndex(i, indices.length)]));
            }

            @Override
            public OptionalLong size() {
                return OptionalLong.of(indices.length);
            }
        };
    }

    private static long[] mapped(long[] indices, LongUnaryOperator operator) {
        long[] mapped = new long[indices.length];
        Arrays.setAll(mapped, i -> operator.applyAsLong(indices[i]));
        return mapped;
    }

    private static Keys strings(long[] indices, LongFunction<String> idOfIndex) {
        return Keys.ofStrings(Arrays.stream(indices).mapToObj(idOfIndex).toList());
    }

    private static int checkIndex(long index, int size) {
        if (index < 0 || index >= size) {
            throw new InvalidIdsException(
                    "ids of a dataset",
                    "an id for index " + index,
                    size + " ids",
                    "pass one id for each row of the dataset, in its order");
        }
        return (int) index;
    }
}
