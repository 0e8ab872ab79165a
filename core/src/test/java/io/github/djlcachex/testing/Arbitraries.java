package io.github.djlcachex.testing;

import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowSchema;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

import java.util.List;
import java.util.stream.IntStream;

/** The generators of the properties. */
public final class Arbitraries {

    /** The number of different keys in a generated sequence; few, so that they meet again. */
    public static final int KEY_POOL = 40;

    private static final long[] SPECIAL_LONGS = {
        0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, 1L << 32, -1L << 32
    };

    private static final List<String> SPECIAL_STRINGS =
            List.of(
                    "a",
                    "A",
                    " ",
                    "../../x",
                    "ä",
                    "a\u0308",
                    "\uD83D\uDE00",
                    "\uFFFD",
                    "\uFEFF",
                    "?",
                    "x".repeat(1024),
                    "x".repeat(1023) + "y",
                    "ü".repeat(512));

    /** One step of a sequence on a cache. Keys are numbers of the pool, versions are row seeds. */
    public sealed interface Step {}

    public record Put(List<Integer> keys, long version) implements Step {}

    public record Gather(List<Integer> keys) implements Step {}

    public record Ask(List<Integer> keys) implements Step {}

    public record Flush() implements Step {}

    public record Refresh() implements Step {}

    public record Reopen() implements Step {}

    public record Clear() implements Step {}

    private Arbitraries() {}

    /** A column of any type, with and without a name, of rank 0 to 8 and a few bytes. */
    public static Arbitrary<Column> columns() {
        Arbitrary<ElementType> types = net.jqwik.api.Arbitraries.of(ElementType.class);
        Arbitrary<List<Integer>> shapes =
                net.jqwik.api.Arbitraries.frequencyOf(
                        Arbitraries.<List<Integer>>weighted(
                                1, net.jqwik.api.Arbitraries.just(List.of())),
                        Arbitraries.<List<Integer>>weighted(
                                3,
                                net.jqwik.api.Arbitraries.integers()
                                        .between(1, 7)
                                        .list()
                                        .ofMinSize(1)
                                        .ofMaxSize(2)),
                        Arbitraries.<List<Integer>>weighted(
                                2,
                                net.jqwik.api.Arbitraries.integers()
                                        .between(1, 2)
                                        .list()
                                        .ofMinSize(3)
                                        .ofMaxSize(Column.MAX_RANK)));
        Arbitrary<String> names =
                net.jqwik.api.Arbitraries.of(
                                "features", "id", "crc32c", "output_0", "output_1", "Ünï ✓", " x")
                        .injectNull(0.5);
        return Combinators.combine(names, types, shapes)
                .as(
                        (name, type, shape) ->
                                Column.of(
                                        name,
                                        type,
                                        shape.stream().mapToInt(Integer::intValue).toArray()));
    }

    /** A column of any kind whose rows differ in shape. */
    public static Arbitrary<Column> variableColumns() {
        Arbitrary<ElementType> types = net.jqwik.api.Arbitraries.of(ElementType.class);
        Arbitrary<Integer> length = net.jqwik.api.Arbitraries.of(Column.VARIABLE, 1, 2, 3);
        Arbitrary<List<Integer>> shapes =
                length.list()
                        .ofMinSize(1)
                        .ofMaxSize(3)
                        .filter(shape -> shape.contains(Column.VARIABLE));
        Arbitrary<Column> tensors =
                Combinators.combine(types, shapes)
                        .as(
                                (type, shape) ->
                                        Column.of(
                                                type,
                                                shape.stream()
                                                        .mapToInt(Integer::intValue)
                                                        .toArray()));
        return net.jqwik.api.Arbitraries.oneOf(
                tensors,
                net.jqwik.api.Arbitraries.of(
                        Column.ofStrings("text"), Column.ofBinary(null), Column.ofBinary("blob")));
    }

    private static <T> net.jqwik.api.Tuple.Tuple2<Integer, Arbitrary<? extends T>> weighted(
            int frequency, Arbitrary<? extends T> arbitrary) {
        return net.jqwik.api.Tuple.of(frequency, arbitrary);
    }

    /** One to four columns with distinct names. */
    public static Arbitrary<RowSchema> schemas() {
        return net.jqwik.api.Arbitraries.oneOf(columns(), columns(), columns(), variableColumns())
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .filter(
                        columns ->
                                columns.stream()
                                        .filter(column -> column.name() != null)
                                        .map(Column::name)
                                        .allMatch(new java.util.HashSet<>()::add))
                .map(RowSchema::of);
    }

    /** The steps of a sequence; every second one puts or gathers. */
    public static Arbitrary<List<Step>> steps() {
        Arbitrary<List<Integer>> keys =
                net.jqwik.api.Arbitraries.integers().between(0, KEY_POOL - 1).list().ofMaxSize(24);
        Arbitrary<Long> versions = net.jqwik.api.Arbitraries.longs();
        Arbitrary<Step> step =
                net.jqwik.api.Arbitraries.frequencyOf(
                        Arbitraries.<Step>weighted(
                                6, Combinators.combine(keys, versions).as(Put::new)),
                        Arbitraries.<Step>weighted(6, keys.map(Gather::new)),
                        Arbitraries.<Step>weighted(2, keys.map(Ask::new)),
                        Arbitraries.<Step>weighted(2, net.jqwik.api.Arbitraries.create(Flush::new)),
                        Arbitraries.<Step>weighted(
                                1, net.jqwik.api.Arbitraries.create(Refresh::new)),
                        Arbitraries.<Step>weighted(
                                2, net.jqwik.api.Arbitraries.create(Reopen::new)),
                        Arbitraries.<Step>weighted(
                                1, net.jqwik.api.Arbitraries.create(Clear::new)));
        return step.list().ofMinSize(1).ofMaxSize(40);
    }

    /** The keys of some numbers of the pool. */
    public static Keys pooled(KeyType type, List<Integer> numbers) {
        return switch (type) {
            case INT64 -> Keys.of(numbers.stream().mapToLong(Arbitraries::pooledLong).toArray());
            case UTF8 -> Keys.ofStrings(numbers.stream().map(Arbitraries::pooledString).toList());
        };
    }

    /** All keys of the pool. */
    public static List<Integer> wholePool() {
        return IntStream.range(0, KEY_POOL).boxed().toList();
    }

    public static long pooledLong(int number) {
        return number < SPECIAL_LONGS.length ? SPECIAL_LONGS[number] : number * 0x9E3779B97F4A7C15L;
    }

    public static String pooledString(int number) {
        return number < SPECIAL_STRINGS.size() ? SPECIAL_STRINGS.get(number) : "key/" + number;
    }
}
