package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** The tokens of MiniLM in ONNX Runtime, cached for texts of different lengths. */
class VaryingTextModelTest {

    private static final int ROWS = 48;
    private static final int BATCH = 8;

    @TempDir static Path files;
    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @BeforeAll
    static void unpack() throws Exception {
        TextModel.unpack(files);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Returns tokens, mask and types of texts, padded to the longest of them. */
    private NDList inputs(TextModel text, List<String> texts) {
        NDList wide = text.tokens(manager, texts);
        long longest = wide.get(1).sum(new int[] {1}).max().getLong();
        NDList inputs = new NDList();
        for (NDArray array : wide) {
            NDArray narrow = array.get(":, :" + longest).duplicate();
            narrow.setName(array.getName());
            inputs.add(narrow);
        }
        return inputs;
    }

    /** Returns what the model makes of the same inputs without a decorator. */
    private NDArray plain(TextModel text, NDList inputs) {
        try (NDManager own = text.model().getNDManager().newSubManager()) {
            NDList copies = RowSelector.copies(own, inputs);
            NDArray tokens = Decorated.run(text.model().getBlock(), own, copies).head();
            return manager.create(tokens.toFloatArray(), tokens.getShape());
        }
    }

    @Test
    void forward_textsInOtherBatchesOfEachEpoch_areTheFirstTokensWithZerosBehind()
            throws Exception {
        Map<String, String> first = new HashMap<>();
        try (TextModel text = TextModel.load(files);
                CacheBlockDecorator cached =
                        Decorated.in(directory)
                                .setModel(text.model())
                                .optPadOutput("last_hidden_state", 1, 0)
                                .optReturnLengths()
                                .build()) {
            for (int epoch = 0; epoch < 3; epoch++) {
                for (List<TextModel.Snippet> batch : batches(epoch)) {
                    check(text, cached, batch, first);
                }
            }
            assertThat(cached.stats().computedRows()).isEqualTo(ROWS);
            assertThat(cached.stats().hits()).isEqualTo(2 * ROWS);
            assertThat(cached.stats().uncachedBatches()).isZero();
        }
    }

    private static List<List<TextModel.Snippet>> batches(int epoch) {
        List<TextModel.Snippet> texts = new ArrayList<>(TextModel.snippets().subList(0, ROWS));
        Collections.shuffle(texts, new Random(epoch));
        return IntStream.range(0, ROWS / BATCH)
                .mapToObj(i -> texts.subList(i * BATCH, (i + 1) * BATCH))
                .toList();
    }

    private void check(
            TextModel text,
            CacheBlockDecorator cached,
            List<TextModel.Snippet> batch,
            Map<String, String> first) {
        NDList inputs = inputs(text, batch.stream().map(TextModel.Snippet::text).toList());
        List<String> ids = batch.stream().map(TextModel.Snippet::id).toList();
        NDList rows = Decorated.run(cached, manager, CacheIds.attach(inputs, ids));
        NDArray tokens = rows.head();
        NDArray plain = plain(text, inputs);
        NDArray counts = inputs.get(1).expandDims(2).toType(DataType.FLOAT32, false);
        assertThat(tokens.getShape()).isEqualTo(plain.getShape());
        assertThat(tokens.sub(plain).mul(counts).abs().max().getFloat())
                .isCloseTo(0, within(1e-4f));
        NDArray padding = counts.sub(1);
        assertThat(tokens.mul(padding).abs().max().getFloat()).isZero();
        if (padding.abs().max().getFloat() > 0) {
            // the model itself computes padded tokens, as if they were there
            assertThat(plain.mul(padding).abs().max().getFloat()).isGreaterThan(0.01f);
        }
        long[] lengths = rows.get("row_lengths").toLongArray();
        assertThat(lengths).isEqualTo(inputs.get(1).sum(new int[] {1}).toLongArray());
        for (int row = 0; row < BATCH; row++) {
            String own = Bits.hex(tokens.get(row).get(":" + lengths[row]));
            assertThat(first.computeIfAbsent(ids.get(row), id -> own)).isEqualTo(own);
        }
    }
}
