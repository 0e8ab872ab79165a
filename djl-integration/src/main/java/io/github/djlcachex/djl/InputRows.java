package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Compares rows of a batch's inputs. The inputs are read at the first comparison. */
final class InputRows {

    private final NDList inputs;
    private final RowSelector selector;
    private final List<ByteBuffer> bytes = new ArrayList<>();
    private final List<String[]> texts = new ArrayList<>();
    private boolean read;

    InputRows(NDList inputs, RowSelector selector) {
        this.inputs = inputs;
        this.selector = selector;
    }

    /** Tells whether two rows are equal in every input, bit for bit. */
    boolean equal(int left, int right) {
        if (!read) {
            read();
            read = true;
        }
        int rows = selector.rowsOf(inputs);
        for (ByteBuffer array : bytes) {
            int rowBytes = array.remaining() / rows;
            int start = array.position();
            ByteBuffer one = array.slice(start + left * rowBytes, rowBytes);
            if (!one.equals(array.slice(start + right * rowBytes, rowBytes))) {
                return false;
            }
        }
        for (String[] array : texts) {
            int rowTexts = array.length / rows;
            for (int i = 0; i < rowTexts; i++) {
                if (!array[left * rowTexts + i].equals(array[right * rowTexts + i])) {
                    return false;
                }
            }
        }
        return true;
    }

    private void read() {
        for (int i = 0; i < inputs.size(); i++) {
            NDArray input = inputs.get(i);
            if (selector.isShared(input, i)) {
                continue;
            }
            if (RowSelector.isText(input)) {
                texts.add(input.toStringArray());
            } else {
                bytes.add(input.toByteBuffer());
            }
        }
    }
}
