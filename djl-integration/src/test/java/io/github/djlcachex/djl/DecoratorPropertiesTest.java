package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Any sequence of batches, with the decorator switched, flushed and reopened in between. */
class DecoratorPropertiesTest {

    private static final int IDS = 30;

    /** One step: a batch of ids, and what happens to the decorator before it. */
    record Step(List<Integer> ids, Before before) {}

    enum Before {
        NOTHING,
        OFF,
        FLUSH,
        REOPEN
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<List<Integer>> ids =
                Arbitraries.integers().between(0, IDS - 1).list().ofMaxSize(12);
        Arbitrary<Before> before = Arbitraries.of(Before.class);
        return net.jqwik.api.Combinators.combine(ids, before)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    @Property(tries = 60)
    void forward_anyBatches_giveTheRowsOfTheBlock(
            @ForAll("steps") List<Step> steps, @ForAll boolean strings, @ForAll boolean padded)
            throws IOException {
        Path directory = Files.createTempDirectory("decorator");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            SpyBlock spy = new SpyBlock(DecoratorPropertiesTest::twoOutputs);
            Set<Integer> seen = new HashSet<>();
            CacheBlockDecorator decorator = open(spy, directory, padded);
            for (Step step : steps) {
                switch (step.before()) {
                    case NOTHING -> {}
                    case OFF -> decorator.setEnabled(false);
                    case FLUSH -> assertThat(decorator.cache().flush().isComplete()).isTrue();
                    case REOPEN -> {
                        decorator.close();
                        decorator = open(spy, directory, padded);
                    }
                }
                int runs = spy.calls().size();
                assertRows(decorator, manager, step.ids(), strings);
                if (decorator.isEnabled()) {
                    if (!seen.isEmpty()) {
                        assertThat(spy.calls().size() > runs)
                                .isEqualTo(!seen.containsAll(step.ids()));
                    }
                    seen.addAll(step.ids());
                }
                assertThat(decorator.cache().rowCount()).isEqualTo(seen.size());
                decorator.setEnabled(true);
            }
            decorator.close();
        } finally {
            delete(directory);
        }
    }

    private static CacheBlockDecorator open(SpyBlock spy, Path directory, boolean padded) {
        return Decorated.in(directory).setBlock(spy).optMinBatchRows(padded ? 16 : 1).build();
    }

    private static NDList twoOutputs(NDList inputs) {
        NDArray features = inputs.head().mul(3).sub(1);
        NDArray sign = inputs.head().get(":, 0").gt(4);
        features.setName("features");
        sign.setName("sign");
        return new NDList(features, sign);
    }

    private static void assertRows(
            CacheBlockDecorator decorator, NDManager manager, List<Integer> ids, boolean strings) {
        float[] rows = new float[ids.size() * 2];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = ids.get(i / 2) + (i % 2) * 0.5f;
        }
        NDList inputs = new NDList(manager.create(rows, new Shape(ids.size(), 2)));
        NDList batch =
                strings
                        ? CacheIds.attach(inputs, ids.stream().map(id -> "id" + id).toList())
                        : CacheIds.attach(
                                inputs, ids.stream().mapToLong(Integer::longValue).toArray());
        NDList outputs = Decorated.run(decorator, manager, batch);
        assertThat(outputs.stream().map(NDArray::getName).toList())
                .containsExactly("features", "sign");
        assertThat(outputs.get(0).getShape()).isEqualTo(new Shape(ids.size(), 2));
        assertThat(outputs.get(1).getShape()).isEqualTo(new Shape(ids.size()));
        assertThat(outputs.get(1).getDataType()).isEqualTo(DataType.BOOLEAN);
        for (int i = 0; i < ids.size(); i++) {
            assertThat(outputs.get(0).getFloat(i, 0)).isEqualTo(ids.get(i) * 3 - 1);
            assertThat(outputs.get(0).getFloat(i, 1)).isEqualTo((ids.get(i) + 0.5f) * 3 - 1);
            assertThat(outputs.get(1).getBoolean(i)).isEqualTo(ids.get(i) > 4);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
