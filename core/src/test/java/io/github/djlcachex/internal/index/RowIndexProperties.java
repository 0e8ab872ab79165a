package io.github.djlcachex.internal.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;
import io.github.djlcachex.testing.Collisions;
import io.github.djlcachex.testing.TestThreads;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Both indexes against a map. */
class RowIndexProperties {

    private static final int SEED = 42;

    /** The keys by row of one source, as the matcher sees them. */
    private final Map<Long, String> stored = new HashMap<>();

    private boolean matches(long address, StringKeys keys, int position) {
        return keys.get(position).equals(stored.get(address));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void longIndex_anyPutsAndRetains_isAMap(
            @ForAll @Size(max = 3000) List<@IntRange(min = -2000, max = 2000) Integer> numbers,
            @ForAll @IntRange(min = 1, max = 7) int keep) {
        RowIndex index = RowIndex.create(KeyType.INT64, SEED, (a, k, p) -> false);
        Map<Long, Long> model = new HashMap<>();
        for (int i = 0; i < numbers.size(); i++) {
            long key = numbers.get(i) * 0x1_0000_0001L;
            index.put(Keys.of(key), 0, Address.of(3, i));
            model.put(key, Address.of(3, i));
        }
        assertThat(index.size()).isEqualTo(model.size());
        index.retain(address -> Address.row(address) % keep == 0);
        model.values().removeIf(address -> Address.row(address) % keep != 0);
        assertThat(index.size()).isEqualTo(model.size());
        for (long number = -2001; number <= 2001; number++) {
            long key = number * 0x1_0000_0001L;
            assertThat(index.find(Keys.of(7, key), 1))
                    .isEqualTo(model.getOrDefault(key, Address.NONE));
        }
    }

    @Property(tries = 40, edgeCases = EdgeCasesMode.NONE)
    void stringIndex_anyPutsAndRetains_isAMap(
            @ForAll @Size(max = 2500) List<@IntRange(min = 0, max = 2000) Integer> numbers,
            @ForAll @IntRange(min = 1, max = 7) int keep) {
        stored.clear();
        RowIndex index = RowIndex.create(KeyType.UTF8, SEED, this::matches);
        Map<String, Long> model = new HashMap<>();
        for (int i = 0; i < numbers.size(); i++) {
            String key = "key-" + numbers.get(i);
            stored.put(Address.of(0, i), key);
            index.put(Keys.of(key), 0, Address.of(0, i));
            model.put(key, Address.of(0, i));
        }
        assertThat(index.size()).isEqualTo(model.size());
        index.retain(address -> Address.row(address) % keep == 0);
        model.values().removeIf(address -> Address.row(address) % keep != 0);
        for (int number = 0; number <= 2001; number++) {
            assertThat(index.find(Keys.of("key-" + number), 0))
                    .isEqualTo(model.getOrDefault("key-" + number, Address.NONE));
        }
    }

    @Example
    void stringIndex_keysWithOneHash_areToldApart() {
        List<String> colliding = Collisions.of(SEED, 5);
        Keys keys = Keys.ofStrings(colliding);
        for (int i = 1; i < 5; i++) {
            assertThat(((StringKeys) keys).hash(i, SEED))
                    .isEqualTo(((StringKeys) keys).hash(0, SEED));
        }
        RowIndex index = RowIndex.create(KeyType.UTF8, SEED, this::matches);
        for (int i = 0; i < 4; i++) {
            stored.put(Address.of(0, i), colliding.get(i));
            index.put(keys, i, Address.of(0, i));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(index.find(keys, i)).isEqualTo(Address.of(0, i));
        }
        assertThat(index.find(keys, 4)).isEqualTo(Address.NONE);
        long[] addresses = new long[5];
        index.findAll(keys, 0, 5, new boolean[5], addresses);
        assertThat(addresses)
                .containsExactly(
                        Address.of(0, 0),
                        Address.of(0, 1),
                        Address.of(0, 2),
                        Address.of(0, 3),
                        Address.NONE);
        stored.put(Address.of(9, 9), colliding.get(2));
        index.put(keys, 2, Address.of(9, 9));
        assertThat(index.find(keys, 2)).isEqualTo(Address.of(9, 9));
        assertThat(index.find(keys, 3)).isEqualTo(Address.of(0, 3));
        assertThat(index.size()).isEqualTo(4);
        index.retain(any -> true);
        assertThat(index.find(keys, 3)).isEqualTo(Address.of(0, 3));
        assertThat(index.find(keys, 4)).isEqualTo(Address.NONE);
    }

    @Example
    void address_packsSourceAndRow() {
        for (int source : new int[] {0, 1, 77, Integer.MAX_VALUE - 1}) {
            for (int row : new int[] {0, 1, Integer.MAX_VALUE}) {
                long address = Address.of(source, row);
                assertThat(address).isNotEqualTo(Address.NONE);
                assertThat(Address.source(address)).isEqualTo(source);
                assertThat(Address.row(address)).isEqualTo(row);
            }
        }
    }

    @Example
    void longIndex_readersWhileItGrows_seeEveryPublishedEntry() {
        RowIndex index = RowIndex.create(KeyType.INT64, SEED, (a, k, p) -> false);
        int count = 200_000;
        long[] published = new long[1];
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong last = new AtomicLong(-1);
        TestThreads threads = new TestThreads();
        for (int reader = 0; reader < 3; reader++) {
            int step = 1 + 2 * reader;
            threads.add(
                    () -> {
                        while (!done.get()) {
                            for (long key = last.get(); key >= 0; key -= 997L * step) {
                                assertThat(index.find(Keys.of(key), 0))
                                        .isEqualTo(Address.of(0, (int) key));
                            }
                        }
                    });
        }
        threads.add(
                () -> {
                    for (int key = 0; key < count; key++) {
                        index.put(Keys.of(key), 0, Address.of(0, key));
                        last.set(key);
                    }
                    published[0] = index.size();
                    done.set(true);
                });
        threads.joinAll();
        assertThat(published[0]).isEqualTo(count);
    }
}
