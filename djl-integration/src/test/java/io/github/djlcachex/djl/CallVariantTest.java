package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

import io.github.djlcachex.cache.FeatureCache;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/** Calls that give other rows for the same ids: other methods, parameters, shared inputs. */
class CallVariantTest {

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private NDArray rows() {
        return manager.arange(0, 8, 1, DataType.FLOAT32).reshape(2, 4);
    }

    private NDArray marker(String method) {
        NDArray marker = manager.create(0f);
        marker.setName("module_method:" + method);
        return marker;
    }

    private NDList ids(NDList inputs) {
        return CacheIds.attach(inputs, 1, 2);
    }

    @Test
    void forward_twoMethodsOfOneModule_haveRowsOfTheirOwn() {
        for (int process = 0; process < 2; process++) {
            try (Fixture fixture = Fixture.of("two_methods");
                    CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
                for (int epoch = 0; epoch < 2; epoch++) {
                    for (String method : new String[] {"forward", "squares"}) {
                        NDList inputs = new NDList(rows(), marker(method));
                        NDList bare = Decorated.run(fixture.block(), manager, inputs);
                        NDList cached = Decorated.run(decorator, manager, ids(inputs));
                        assertThat(Bits.hex(cached)).isEqualTo(Bits.hex(bare));
                    }
                }
                NDList plain = Decorated.run(decorator, manager, ids(new NDList(rows())));
                NDList bare = Decorated.run(fixture.block(), manager, new NDList(rows()));
                assertThat(Bits.hex(plain)).isEqualTo(Bits.hex(bare));
                assertThat(decorator.stats().misses()).isEqualTo(process == 0 ? 4 : 0);
            }
        }
    }

    @Test
    void forward_otherMethodOnAGivenCache_isRefused() {
        try (Fixture fixture = Fixture.of("two_methods");
                FeatureCache cache =
                        FeatureCache.builder().directory(directory).moduleId("given").open();
                CacheBlockDecorator decorator =
                        CacheBlockDecorator.builder()
                                .setBlock(fixture.block())
                                .setCache(cache)
                                .build()) {
            Decorated.run(decorator, manager, ids(new NDList(rows(), marker("forward"))));
            NDList other = ids(new NDList(rows(), marker("squares")));
            assertThatThrownBy(() -> Decorated.run(decorator, manager, other))
                    .isInstanceOf(UnsupportedInputException.class)
                    .hasMessageContainingAll(
                            "method, parameters and shared inputs", "setDirectory");
        }
    }

    private static NDList timesShared(NDList inputs) {
        return new NDList(inputs.get(0).mul(inputs.get(1)));
    }

    @Test
    void forward_otherSharedInput_hasRowsOfItsOwn() {
        SpyBlock spy = new SpyBlock(CallVariantTest::timesShared);
        try (CacheBlockDecorator decorator =
                Decorated.in(directory)
                        .setBlock(spy)
                        .optFingerprint("1")
                        .optSharedInputs(1)
                        .build()) {
            for (float factor : new float[] {2, 3, 2, 3}) {
                NDList inputs = new NDList(rows(), manager.create(factor));
                NDList cached = Decorated.run(decorator, manager, ids(inputs));
                assertThat(Bits.hex(cached.head())).isEqualTo(Bits.hex(rows().mul(factor)));
            }
            assertThat(spy.calls()).hasSize(2);
            for (int i = 2; i < 16; i++) {
                NDList inputs = new NDList(rows(), manager.create(10f + i));
                Decorated.run(decorator, manager, ids(inputs));
            }
            NDList oneMore = ids(new NDList(rows(), manager.create(100f)));
            assertThatThrownBy(() -> Decorated.run(decorator, manager, oneMore))
                    .isInstanceOf(UnsupportedInputException.class)
                    .hasMessageContaining("at most 16 different");
        }
    }

    private static NDList run(
            CacheBlockDecorator decorator,
            NDManager manager,
            NDList inputs,
            @Nullable PairList<String, Object> params) {
        return decorator.forward(new ParameterStore(manager, false), inputs, false, params);
    }

    private static PairList<String, Object> params(Object value) {
        PairList<String, Object> params = new PairList<>();
        params.add("layer", value);
        return params;
    }

    @Test
    void forward_otherParams_haveRowsOfTheirOwn() {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optFingerprint("1").build()) {
            NDList inputs = ids(new NDList(rows()));
            run(decorator, manager, inputs, null);
            run(decorator, manager, inputs, new PairList<>());
            assertThat(spy.calls()).hasSize(1);
            for (Object value :
                    new Object[] {1, 1L, "1", true, DataType.INT8, manager.ones(new Shape(2))}) {
                int calls = spy.calls().size();
                run(decorator, manager, inputs, params(value));
                run(decorator, manager, inputs, params(value));
                assertThat(spy.calls()).as("params of %s", value).hasSize(calls + 1);
            }
            PairList<String, Object> opaque = params(new Object());
            assertThatThrownBy(() -> run(decorator, manager, inputs, opaque))
                    .isInstanceOf(UnsupportedInputException.class)
                    .hasMessageContainingAll("parameter 'layer'", "java.lang.Object");
        }
    }

    @Test
    void forward_namesThatSayWhatThePlacesSay_arePlainCalls() {
        ArgumentNames graph = new ArgumentNames(false, List.of("ids", "mask"));
        ArgumentNames script = new ArgumentNames(true, List.of());
        ArgumentNames java = new ArgumentNames(false, List.of());
        for (String[] names : new String[][] {{"ids", "mask"}, {null, null}, {"mask", "ids"}}) {
            NDList inputs = new NDList(rows(), rows());
            for (int i = 0; i < 2; i++) {
                inputs.get(i).setName(names[i]);
            }
            boolean swapped = "mask".equals(names[0]);
            assertThat(graph.count(inputs)).isEqualTo(swapped);
            assertThat(script.count(inputs)).isFalse();
            assertThat(java.count(inputs)).isEqualTo(names[0] != null);
        }
    }

    @Test
    void forward_swappedNamesOfADictionary_haveRowsOfTheirOwn() {
        try (Fixture fixture = Fixture.of("dict_in");
                CacheBlockDecorator decorator = Decorated.of(fixture.block(), directory)) {
            NDList inputs = fixture.inputs();
            long[] ids = java.util.stream.LongStream.range(0, fixture.rows()).toArray();
            NDList swapped = new NDList();
            for (int i = 0; i < 2; i++) {
                NDArray copy = inputs.get(i).duplicate();
                copy.setName(inputs.get(1 - i).getName());
                swapped.add(copy);
            }
            for (NDList batch : new NDList[] {inputs, swapped, inputs}) {
                NDList bare = Decorated.run(fixture.block(), fixture.manager(), batch);
                NDList cached =
                        Decorated.run(decorator, fixture.manager(), CacheIds.attach(batch, ids));
                assertThat(Bits.hex(cached)).isEqualTo(Bits.hex(bare));
            }
        }
    }
}
