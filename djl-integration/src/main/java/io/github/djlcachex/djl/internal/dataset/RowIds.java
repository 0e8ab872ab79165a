package io.github.djlcachex.djl.internal.dataset;

import ai.djl.ndarray.NDManager;

import io.github.djlcachex.djl.InvalidIdsException;
import io.github.djlcachex.djl.internal.ids.GivenIds;
import io.github.djlcachex.djl.internal.ids.LongIds;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;

/** The ids of a dataset's rows, by index. */
public interface RowIds {

    /** Returns the ids of the rows at some indices, in the order given. */
    Keys keys(long[] indices);

    /**
     * Prepares for {@link #keys} after the dataset was prepared. It may be called several times.
     */
    default void begin(NDManager manager) throws IOException {}

    /** Returns the number of ids, if they were listed. */
    default OptionalLong size() {
        return OptionalLong.empty();
    }

    /**
     * Checks that there is an id for each row.
     *
     * @throws InvalidIdsException if the ids were listed, and there are more or fewer
     */
    default void checkSize(long rows) {
        if (size().isPresent() && size().getAsLong() != rows) {
            throw new InvalidIdsException(
                    Problem.of(
                            "ids of a dataset",
                            rows + " ids, one for each row",
                            size().getAsLong() + " ids",
                            "list the ids of all rows, in the order of the dataset"));
        }
    }

    /** Tells whether the ids are valid for a part whose indices start at 0. */
    default boolean fitsParts() {
        return size().isPresent();
    }

    /** Looks for rows that share an id, unless the kind of ids rules it out. */
    default Optional<DuplicateIds> duplicates(long rows) {
        return Optional.empty();
    }

    static RowIds of(long[] ids) {
        long[] copy = ids.clone();
        return new RowIds() {
            @Override
            public Keys keys(long[] indices) {
                return Keys.of(mapped(indices, i -> copy[checkIndex(i, copy.length)]));
            }

            @Override
            public OptionalLong size() {
                return OptionalLong.of(copy.length);
            }
        };
    }

    static RowIds of(List<String> ids) {
        List<String> copy = List.copyOf(ids);
        return new RowIds() {
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

    static RowIds ofLongs(LongUnaryOperator idOfIndex) {
        return new RowIds() {
            @Override
            public Keys keys(long[] indices) {
                return Keys.of(mapped(indices, idOfIndex));
            }

            @Override
            public Optional<DuplicateIds> duplicates(long rows) {
                return DuplicateIds.ofLongs(idOfIndex, rows);
            }
        };
    }

    static RowIds ofStrings(LongFunction<String> idOfIndex) {
        return new RowIds() {
            @Override
            public Keys keys(long[] indices) {
                return strings(indices, idOfIndex);
            }

            @Override
            public Optional<DuplicateIds> duplicates(long rows) {
                return DuplicateIds.ofStrings(idOfIndex, rows);
            }
        };
    }

    static RowIds ofNamespace(String namespace) {
        String name = checkNamespace(namespace);
        return indices -> strings(indices, index -> name + ":" + index);
    }

    static String checkNamespace(String namespace) {
        if (GivenIds.checked("namespace", namespace).isBlank()) {
            throw new InvalidOptionException(
                    Problem.of(
                            "namespace",
                            "a text that is not blank",
                            "'" + namespace + "'",
                            "name the data"));
        }
        return namespace;
    }

    /** Returns the ids of a part of the rows, by their index in that part. */
    default RowIds part(long[] indices) {
        RowIds whole = this;
        return new RowIds() {
            @Override
            public Keys keys(long[] local) {
                return whole.keys(mapped(local, i -> indices[checkIndex(i, indices.length)]));
            }

            @Override
            public void begin(NDManager manager) throws IOException {
                whole.begin(manager);
            }

            @Override
            public OptionalLong size() {
                return OptionalLong.of(indices.length);
            }
        };
    }

    /** Returns the ids of one view of each row. */
    default RowIds view(int view) {
        RowIds whole = this;
        return indices -> {
            Keys keys = whole.keys(indices);
            List<String> ids = new ArrayList<>(keys.size());
            for (int i = 0; i < keys.size(); i++) {
                ids.add(keys.getObject(i) + "#view" + view);
            }
            return LongIds.keys(ids);
        };
    }

    private static long[] mapped(long[] indices, LongUnaryOperator operator) {
        long[] mapped = new long[indices.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = GivenIds.number(operator, "row", indices[i]);
        }
        return mapped;
    }

    private static Keys strings(long[] indices, LongFunction<String> idOfIndex) {
        List<String> ids = new ArrayList<>(indices.length);
        Arrays.stream(indices).forEach(i -> ids.add(GivenIds.text(idOfIndex, "row", i)));
        return LongIds.keys(ids);
    }

    /**
     * Returns the index as an int.
     *
     * @throws InvalidIdsException if it is none
     */
    static int checkIndex(long index, int size) {
        if (index < 0 || index >= size) {
            throw new InvalidIdsException(
                    Problem.of(
                            "ids of a dataset",
                            "an id for index " + index,
                            size + " ids",
                            "pass one id for each row of the dataset, in its order"));
        }
        return (int) index;
    }
}
