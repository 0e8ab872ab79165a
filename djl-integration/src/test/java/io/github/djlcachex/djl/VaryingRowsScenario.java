package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * VaryingRowsScenario has texts of different lengths: text {@code i} has {@code i % 7} tokens, and
 * token {@code t} of it is {@code 10 * i + t + 1}. Its padding is 0.
 */
abstract class VaryingRowsScenario {

    static final int HIDDEN = 3;

    @TempDir Path directory;

    final NDManager manager = NDManager.newBaseManager("PyTorch");

    /** Three numbers a token: those of a padded one are zeros. */
    final SpyBlock encoder = new SpyBlock(inputs -> named("tokens", hidden(inputs)));

    /** The same, but those of a padded token are not the padding: ones. */
    final SpyBlock biased = new SpyBlock(inputs -> named("tokens", hidden(inputs).add(1)));

    @AfterEach
    void close() {
        manager.close();
    }

    static NDArray hidden(NDList inputs) {
        NDArray tokens = inputs.head().toType(DataType.FLOAT32, false);
        NDArray factors = tokens.getManager().create(new float[] {1, 0.5f, 2});
        return tokens.expandDims(2).mul(factors.reshape(1, 1, HIDDEN));
    }

    static NDList named(String name, NDArray array) {
        array.setName(name);
        return new NDList(array);
    }

    static int lengthOf(long id) {
        return (int) (id % 7);
    }

    /** Returns tokens, mask and ids of texts, padded to the longest. */
    NDList batch(long... ids) {
        return wide(
                Arrays.stream(ids).mapToInt(VaryingRowsScenario::lengthOf).max().orElse(0), ids);
    }

    /** Returns the same, padded to a width. */
    NDList wide(int width, long... ids) {
        long[] tokens = new long[ids.length * width];
        long[] mask = new long[tokens.length];
        for (int row = 0; row < ids.length; row++) {
            for (int token = 0; token < lengthOf(ids[row]); token++) {
                tokens[row * width + token] = 10 * ids[row] + token + 1;
                mask[row * width + token] = 1;
            }
        }
        NDArray first = manager.create(tokens, new Shape(ids.length, width));
        NDArray second = manager.create(mask, new Shape(ids.length, width));
        second.setName("attention_mask");
        return CacheIds.attach(new NDList(first, second), ids);
    }

    /** Returns the same without the mask. */
    NDList unmasked(long... ids) {
        NDList batch = batch(ids);
        batch.remove(1);
        return batch;
    }

    CacheBlockDecoratorBuilder padded() {
        return Decorated.in(directory).optPadOutput("tokens", 1, 0);
    }

    NDList run(CacheBlockDecorator cached, NDList batch) {
        return Decorated.run(cached, manager, batch);
    }

    /** Returns what the encoder makes of texts. */
    NDArray expected(long... ids) {
        return hidden(batch(ids));
    }

    static void assertSame(NDArray found, NDArray expected) {
        assertThat(found.getShape()).isEqualTo(expected.getShape());
        assertThat(found.getDataType()).isEqualTo(expected.getDataType());
        assertThat(Bits.hex(found)).isEqualTo(Bits.hex(expected));
    }
}
