package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Callers whose code is not checked for null: each gets a message that says where it is. */
@NullUnmarked
class NullIdsTest {

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    private static void assertTyped(ThrowingCallable call, String... said) {
        assertThatThrownBy(call)
                .isInstanceOf(InvalidIdsException.class)
                .hasMessageContaining("null")
                .hasMessageContainingAll(said);
    }

    private ArrayDataset dataset() {
        NDArray rows = manager.ones(new Shape(4, 2));
        return new ArrayDataset.Builder()
                .setData(rows)
                .optLabels(rows)
                .setSampling(2, false)
                .build();
    }

    @Test
    void attachAndScope_null_areTyped() {
        NDList inputs = new NDList(manager.ones(new Shape(2, 2)));
        assertTyped(() -> CacheIds.attach(inputs, Arrays.asList("a", null)), "position 1");
        assertTyped(() -> CacheIds.attach(inputs, (List<String>) null), "ids");
        assertTyped(() -> CacheIds.attach(inputs, (long[]) null), "ids");
        assertTyped(() -> CacheIds.scope(Arrays.asList(null, "b")), "position 0");
        assertTyped(() -> CacheIds.scope((List<String>) null), "ids");
        assertTyped(() -> CacheIds.scope((long[]) null), "ids");
    }

    @Test
    void listedIds_null_areTypedAtOnce() {
        List<String> ids = Arrays.asList("a", "b", "c", null);
        assertTyped(() -> CachedDataset.withIds(dataset(), ids), "position 3");
        assertTyped(() -> CachedDataset.withRepeatedIds(dataset(), ids), "position 3");
        assertTyped(() -> CachedDataset.withIds(dataset(), (List<String>) null), "ids");
        assertTyped(() -> CachedDataset.withIds(dataset(), (long[]) null), "ids");
        assertTyped(() -> CachedDataset.withNamespace(dataset(), null), "namespace");
        assertTyped(() -> CachedDataset.withLongIds(dataset(), null), "function");
        assertTyped(() -> CachedDataset.withStringIds(dataset(), null), "function");
    }

    @Test
    void dataset_null_isTyped() {
        assertThatThrownBy(() -> CachedDataset.withNamespace(null, "train"))
                .isInstanceOf(UnsupportedDatasetException.class)
                .hasMessageContaining("null");
        assertThatThrownBy(() -> CachedDataset.withContentIds(null))
                .isInstanceOf(UnsupportedDatasetException.class)
                .hasMessageContaining("null");
    }

    @Test
    void functions_thatReturnNull_areTypedAndNameTheRow() throws Exception {
        CachedDataset texts = CachedDataset.withStringIds(dataset(), i -> i == 1 ? null : "" + i);
        assertTyped(() -> texts.getData(manager).iterator().next(), "row 1");
        Map<Long, Long> known = Map.of(0L, 7L);
        CachedDataset numbers = CachedDataset.withLongIds(dataset(), known::get);
        assertTyped(() -> numbers.getData(manager).iterator().next(), "row 1");
    }

    private Translator<String, NDList> translator() {
        return new NoBatchifyTranslator<>() {
            @Override
            public NDList processInput(TranslatorContext ctx, String input) {
                return new NDList(manager.ones(new Shape(1, 2)));
            }

            @Override
            public NDList batchProcessInput(TranslatorContext ctx, List<String> inputs) {
                return new NDList(manager.ones(new Shape(inputs.size(), 2)));
            }

            @Override
            public NDList processOutput(TranslatorContext ctx, NDList list) {
                return list;
            }
        };
    }

    @Test
    void translatorFunctions_thatReturnNull_areTypedAndNameTheInput() {
        Map<String, Long> known = Map.of("a", 1L);
        CacheIdTranslator<String, NDList> numbers =
                CacheIdTranslator.withLongIds(translator(), known::get);
        assertTyped(() -> numbers.batchProcessInput(null, List.of("a", "b")), "input 1");
        assertTyped(() -> numbers.processInput(null, "b"), "input 0");
        CacheIdTranslator<String, NDList> texts =
                CacheIdTranslator.withStringIds(
                        translator(), text -> text.equals("a") ? text : null);
        assertTyped(() -> texts.batchProcessInput(null, List.of("a", "b")), "input 1");
        assertTyped(() -> texts.processInput(null, "b"), "input 0");
    }

    @Test
    void withIds_null_isTyped() {
        assertTyped(() -> WithId.of(null, "input"), "id");
        CacheIdTranslator<WithId<String>, NDList> translator =
                CacheIdTranslator.withIds(translator());
        List<WithId<String>> inputs = Arrays.asList(WithId.of(1, "a"), null);
        assertTyped(() -> translator.batchProcessInput(null, inputs), "input 1");
        assertTyped(
                () -> translator.batchProcessInput(null, Collections.singletonList(null)),
                "input 0");
        assertTyped(() -> translator.processInput(null, null), "input");
    }
}
