package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.NoopTranslator;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.cache.StoredAs;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.tensor.DamagePolicy;
import io.github.djlcachex.tensor.TensorCache;
import io.github.djlcachex.tensor.TensorCacheBuilder;
import io.github.djlcachex.tensor.TensorOptions;

import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The rules that hold for every setter and every door, found by reflection. */
@NullUnmarked
class BuilderRulesTest {

    private static final Supplier<Block> SUPPLIER = Blocks::identityBlock;
    private static final Supplier<Block> OTHER_SUPPLIER = Blocks::batchFlattenBlock;
    private static final OutputFunction OUTPUT = (inputs, outputs) -> outputs;
    private static final OutputFunction OTHER_OUTPUT = (inputs, outputs) -> new NDList(outputs);
    private static final RowLengths LENGTHS = inputs -> new long[] {1};
    private static final RowLengths OTHER_LENGTHS = inputs -> new long[] {2};

    private static final Runnable RUNNABLE = new Thread();
    private static final Runnable OTHER_RUNNABLE = new Thread();

    @TempDir Path directory;

    private final Map<FeatureCache, CacheBlockDecorator> decorators = new HashMap<>();
    private final Model model = Model.newInstance("model", "PyTorch");
    private final Model otherModel = Model.newInstance("other", "PyTorch");

    @AfterEach
    void close() {
        model.close();
        otherModel.close();
    }

    static Stream<Method> setters() {
        return Stream.of(
                        CacheBlockDecoratorBuilder.class,
                        CachedPredictorBuilder.class,
                        EpochExchangeBuilder.class,
                        FileBarrierBuilder.class,
                        TensorCacheBuilder.class,
                        BatchInvariance.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> method.getReturnType() == method.getDeclaringClass());
    }

    static Stream<Method> settersOfReferences() {
        return setters()
                .filter(setter -> setter.getParameterCount() > 0)
                .filter(
                        setter ->
                                Stream.of(setter.getParameterTypes()).anyMatch(t -> !isNumber(t)));
    }

    private static boolean isNumber(Class<?> type) {
        return type.isPrimitive();
    }

    private Object builderOf(Method setter) {
        Class<?> type = setter.getDeclaringClass();
        if (type == CacheBlockDecoratorBuilder.class) {
            return CacheBlockDecorator.builder();
        } else if (type == CachedPredictorBuilder.class) {
            return CachedPredictor.builder(model, new NoopTranslator());
        } else if (type == EpochExchangeBuilder.class) {
            return EpochExchange.builder();
        } else if (type == FileBarrierBuilder.class) {
            return FileBarrier.builder();
        } else if (type == TensorCacheBuilder.class) {
            return TensorCache.builder();
        }
        return BatchInvariance.of(Blocks.identityBlock());
    }

    private static Object call(Object builder, Method setter, Object... values) throws Throwable {
        try {
            return setter.invoke(builder, values);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Legal values of a setter's parameters; those of another number differ in one at least. */
    private Object[] values(Method setter, int which, FeatureCache[] caches, Block[] blocks) {
        if (setter.getName().equals("optRank")) {
            return new Object[] {which, 2};
        } else if (setter.getName().equals("optPadding")) {
            return new Object[] {0, 1, which};
        } else if (setter.getName().equals("optStoreAs") && setter.getParameterCount() == 2) {
            Class<?> output = setter.getParameterTypes()[0]; // the same one
            return new Object[] {
                value(output, 0, caches, blocks), value(StoredAs.class, which, caches, blocks)
            };
        } else if (setter.getName().equals("optPadOutput")) {
            Object output = setter.getParameterTypes()[0] == int.class ? 0 : "tokens";
            return new Object[] {output, 1, which};
        } else if (setter.getName().equals("optChunkBytes")) {
            return new Object[] {1 << (20 + which)};
        }
        return Stream.of(setter.getParameterTypes())
                .map(type -> value(type, which, caches, blocks))
                .toArray();
    }

    private Object value(Class<?> type, int which, FeatureCache[] caches, Block[] blocks) {
        boolean first = which == 0;
        if (type == FeatureCache.class) {
            return caches[which];
        } else if (type == FeatureCache[].class) {
            return new FeatureCache[] {caches[which]};
        } else if (type == CacheBlockDecorator[].class) {
            return new CacheBlockDecorator[] {decorator(caches[which])};
        } else if (type == Duration.class) {
            return Duration.ofSeconds(which + 1);
        } else if (type == Runnable.class) {
            return first ? RUNNABLE : OTHER_RUNNABLE;
        } else if (type == Block.class) {
            return blocks[which];
        } else if (type == Model.class) {
            return first ? model : otherModel;
        } else if (type == Path.class) {
            return Path.of("path" + which);
        } else if (type == Path[].class) {
            return new Path[] {Path.of("path" + which)};
        } else if (type == String.class) {
            return "text" + which;
        } else if (type == int.class) {
            return which + 1;
        } else if (type == long.class) {
            return which + 1L;
        } else if (type == TensorOptions.class) {
            return TensorOptions.defaults().withCompression(which);
        } else if (type == DamagePolicy.class) {
            return first ? DamagePolicy.MISS : DamagePolicy.THROW;
        } else if (type == int[].class) {
            return new int[] {which};
        } else if (type == boolean.class) {
            return first;
        } else if (type == AuditMode.class) {
            return first ? AuditMode.FAIL : AuditMode.OFF;
        } else if (type == StoredAs.class) {
            return first ? StoredAs.FLOAT16 : StoredAs.INT8;
        } else if (type == OutputFunction.class) {
            return first ? OUTPUT : OTHER_OUTPUT;
        } else if (type == VaryingRows.class) {
            return first ? VaryingRows.PAD : VaryingRows.REFUSE;
        } else if (type == RowLengths.class) {
            return first ? LENGTHS : OTHER_LENGTHS;
        } else if (type == DataType.class) {
            return first ? DataType.FLOAT32 : DataType.FLOAT64;
        } else if (type == Function.class) {
            return first ? Function.identity() : (Function<Object, String>) Object::toString;
        } else if (type == Supplier.class) {
            return first ? SUPPLIER : OTHER_SUPPLIER;
        } else if (type == Device.class) {
            return first ? Device.cpu() : Device.gpu(3);
        }
        throw new AssertionError("no value for " + type);
    }

    /** Returns the one decorator of a cache. */
    private CacheBlockDecorator decorator(FeatureCache cache) {
        return decorators.computeIfAbsent(
                cache,
                given ->
                        CacheBlockDecorator.builder()
                                .setBlock(Blocks.identityBlock())
                                .setCache(given)
                                .build());
    }

    @Test
    void setters_areAllFound() {
        assertThat(setters()).hasSizeGreaterThanOrEqualTo(40);
    }

    @ParameterizedTest
    @MethodSource("settersOfReferences")
    void setter_ofNull_isRefusedByName(Method setter) {
        FeatureCache[] none = new FeatureCache[2];
        for (int i = 0; i < setter.getParameterCount(); i++) {
            Class<?>[] types = setter.getParameterTypes();
            if (!types[i].isPrimitive()) {
                Object[] values = new Object[types.length];
                for (int other = 0; other < types.length; other++) {
                    values[other] =
                            other == i || types[other] == Number.class
                                    ? null
                                    : value(types[other], 0, none, new Block[2]);
                }
                assertThatThrownBy(() -> call(builderOf(setter), setter, values))
                        .isInstanceOf(InvalidOptionException.class)
                        .hasMessageContaining("found null");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("setters")
    void setter_calledTwice_takesTheSameValueAndRefusesAnother(Method setter) throws Throwable {
        if (setter.getParameterCount() == 0 || setter.getName().equals("optCacheOptions")) {
            return; // a switch has no other value; options are added
        }
        Block[] blocks = {Blocks.identityBlock(), Blocks.batchFlattenBlock()};
        try (FeatureCache one = open("one");
                FeatureCache two = open("two")) {
            FeatureCache[] caches = {one, two};
            Object builder = builderOf(setter);
            assertThat(call(builder, setter, values(setter, 0, caches, blocks))).isSameAs(builder);
            assertThat(call(builder, setter, values(setter, 0, caches, blocks))).isSameAs(builder);
            assertThatThrownBy(() -> call(builder, setter, values(setter, 1, caches, blocks)))
                    .isInstanceOf(InvalidOptionException.class)
                    .hasMessageContaining("one value");
        }
    }

    private FeatureCache open(String moduleId) {
        return FeatureCache.builder().directory(directory).moduleId(moduleId).open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"setDirectory", "setModuleId", "optFingerprint"})
    void cacheOptions_thatSayWhoseRowsTheseAre_areRefusedWithTheSetterToUse(String setter) {
        Consumer<FeatureCacheBuilder> options =
                switch (setter) {
                    case "setDirectory" -> cache -> cache.directory(directory.resolve("other"));
                    case "setModuleId" -> cache -> cache.moduleId("other");
                    default -> cache -> cache.fingerprint("");
                };
        Block block = Blocks.identityBlock();
        CacheBlockDecoratorBuilder builder =
                CacheBlockDecorator.builder()
                        .setBlock(block)
                        .setDirectory(directory)
                        .setModuleId("identity")
                        .optFingerprint("weights")
                        .optCacheOptions(options);
        assertThatThrownBy(
                        () -> {
                            try (CacheBlockDecorator decorator = builder.build()) {
                                decorator.cache();
                            }
                        })
                .isInstanceOf(InvalidOptionException.class)
                .hasMessageContainingAll("optCacheOptions", "use " + setter);
        assertThat(directory).isEmptyDirectory();
    }

    static Stream<Method> doors() {
        return Stream.of(
                        CachedDataset.class,
                        CacheIds.class,
                        Folds.class,
                        WithId.class,
                        CacheIdTranslator.class,
                        CachedPredictor.class,
                        ModuleFingerprint.class,
                        Pooling.class,
                        BatchInvariance.class,
                        CacheBlockDecorator.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .filter(method -> !isInputWithLongId(method))
                .filter(
                        method ->
                                Stream.of(method.getParameterTypes()).anyMatch(t -> !isNumber(t)));
    }

    /** What an input may be is the translator's to say. */
    private static boolean isInputWithLongId(Method method) {
        return method.getDeclaringClass() == WithId.class
                && method.getParameterTypes()[0] == long.class;
    }

    private static Object nothing(Class<?> type) {
        if (type == int.class) {
            return 2;
        }
        return type == long.class ? Long.valueOf(2) : null;
    }

    /** A caller that is not checked for null gets a message, and no NullPointerException. */
    @ParameterizedTest
    @MethodSource("doors")
    void door_ofNull_isATypedException(Method door) {
        Object[] nothing =
                Stream.of(door.getParameterTypes()).map(BuilderRulesTest::nothing).toArray();
        assertThatThrownBy(() -> call(null, door, nothing))
                .isInstanceOf(CacheException.class)
                .hasMessageContaining("null");
    }

    @Test
    void attach_toNoInputs_isATypedException() {
        assertThatThrownBy(() -> CacheIds.attach(null, 1, 2))
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContaining("null");
        Dataset none = null;
        assertThatThrownBy(() -> CachedDataset.withIds(none, 1, 2))
                .isInstanceOf(UnsupportedDatasetException.class);
    }
}
