package io.github.djlcachex.djl;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Copies a row between its own shape and a larger one, in which it fills the corner where all
 * indices are lowest.
 */
final class RowBoxes {

    private RowBoxes() {}

    /** Returns the number of elements of a shape. */
    static int elements(int... shape) {
        int elements = 1;
        for (int length : shape) {
            elements *= length;
        }
        return elements;
    }

    /**
     * Copies a row out of a larger one.
     *
     * @param from where the larger row starts in the source
     * @param full the shape of the larger row
     * @param to where the row starts in the target
     * @param own the shape of the row
     * @param width the bytes of an element
     */
    static void cut(
            ByteBuffer source,
            int from,
            int[] full,
            ByteBuffer target,
            int to,
            int[] own,
            int width) {
        new Copy(source, full, target, own, own, width).run(0, from, to);
    }

    /** Copies a row into a larger one, and pads that with a value. */
    static void pad(
            ByteBuffer source,
            int from,
            int[] own,
            ByteBuffer target,
            int to,
            int[] full,
            PaddingValue value) {
        int fullBytes = elements(full) * value.width();
        int ownBytes = elements(own) * value.width();
        if (ownBytes < fullBytes) {
            boolean isPrefix = Arrays.equals(own, 1, own.length, full, 1, full.length);
            int kept = isPrefix ? ownBytes : 0;
            value.fill(target, to + kept, fullBytes - kept);
        }
        new Copy(source, own, target, full, own, value.width()).run(0, from, to);
    }

    /** Returns the length of a row along an axis without trailing slices that are the padding. */
    static int lengthOf(ByteBuffer source, int from, int[] full, int axis, PaddingValue value) {
        int sliceBytes = elements(Arrays.copyOfRange(full, axis + 1, full.length)) * value.width();
        int outer = elements(Arrays.copyOf(full, axis));
        int length = full[axis];
        while (length > 0) {
            for (int i = 0; i < outer; i++) {
                int slice = from + (i * full[axis] + length - 1) * sliceBytes;
                if (!value.fills(source, slice, sliceBytes)) {
                    return length;
                }
            }
            length--;
        }
        return 0;
    }

    /** A copy of a box, run by run of bytes that are contiguous on both sides. */
    private static final class Copy {

        private final ByteBuffer source;
        private final ByteBuffer target;
        private final int[] box;
        private final int[] sourceStrides;
        private final int[] targetStrides;
        private final int outer;
        private final int runBytes;

        Copy(
                ByteBuffer source,
                int[] sourceShape,
                ByteBuffer target,
                int[] targetShape,
                int[] box,
                int width) {
            this.source = source;
            this.target = target;
            this.box = box;
            this.sourceStrides = strides(sourceShape, width);
            this.targetStrides = strides(targetShape, width);
            int left = box.length;
            int bytes = width;
            boolean whole = true;
            while (left > 0 && whole) {
                left--;
                bytes *= box[left];
                whole = box[left] == sourceShape[left] && box[left] == targetShape[left];
            }
            this.outer = left;
            this.runBytes = bytes;
        }

        private static int[] strides(int[] shape, int width) {
            int[] strides = new int[shape.length];
            int bytes = width;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                strides[axis] = bytes;
                bytes *= shape[axis];
            }
            return strides;
        }

        void run(int axis, int from, int to) {
            if (axis == outer) {
                target.put(to, source, from, runBytes);
                return;
            }
            for (int i = 0; i < box[axis]; i++) {
                run(axis + 1, from + i * sourceStrides[axis], to + i * targetStrides[axis]);
            }
        }
    }
}
