package io.github.djlcachex.djl;

import io.github.djlcachex.djl.internal.ids.GivenIds;
import io.github.djlcachex.djl.internal.ids.LongIds;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.StringKeys;

import java.util.List;

/**
 * An input of a translator together with its id. All inputs of a batch have ids of one type.
 *
 * @param <I> the type of the input
 */
public final class WithId<I> {

    private final I input;
    private final Keys key;

    private WithId(I input, Keys key) {
        this.input = input;
        this.key = key;
    }

    /**
     * Returns an input with an integer id.
     *
     * @param id the id
     * @param input the input
     * @param <I> the type of the input
     * @return both
     */
    public static <I> WithId<I> of(long id, I input) {
        return new WithId<>(input, Keys.of(id));
    }

    /**
     * Returns an input with a string id.
     *
     * @param id the id
     * @param input the input
     * @param <I> the type of the input
     * @return both
     * @throws InvalidIdsException if the id is null
     * @throws io.github.djlcachex.row.InvalidKeyException if the id is empty or not well-formed
     *     Unicode
     */
    public static <I> WithId<I> of(String id, I input) {
        return new WithId<>(input, LongIds.keys(List.of(GivenIds.checked("id", id))));
    }

    /**
     * Returns the input.
     *
     * @return the input
     */
    public I input() {
        return input;
    }

    @Override
    public String toString() {
        return "WithId(" + key.getObject(0) + ")";
    }

    static <I> Keys keysOf(List<WithId<I>> inputs) {
        checkNoneIsNull(inputs);
        boolean strings = inputs.get(0).key instanceof StringKeys;
        for (WithId<I> each : inputs) {
            if (each.key instanceof StringKeys != strings) {
                throw new InvalidIdsException(
                        Problem.of(
                                "ids of a batch",
                                "ids of one type",
                                "integers and strings",
                                "use either integers or strings for a module"));
            }
        }
        return strings
                ? Keys.ofStrings(inputs.stream().map(i -> ((StringKeys) i.key).get(0)).toList())
                : Keys.of(inputs.stream().mapToLong(i -> ((LongKeys) i.key).get(0)).toArray());
    }

    static <I> void checkNoneIsNull(List<WithId<I>> inputs) {
        int position = 0;
        for (WithId<I> each : inputs) {
            GivenIds.checked("input " + position++, each);
        }
    }
}
