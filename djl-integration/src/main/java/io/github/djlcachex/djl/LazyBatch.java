package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.djl.internal.engine.ArrayBuilder;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.LongBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * LazyBatch is a batch of which the inputs of missing rows alone were loaded.
 *
 * <p>Its arrays hold no inputs: one is a placeholder of NaN, and one names this object and the
 * position of each row in it, so that the batch can be split over devices. The decorator finds this
 * object by that array and takes the rows and inputs from it. Every other block gets NaN of a shape
 * that no input has. The object lives as long as the manager of the batch.
 */
final class LazyBatch implements AutoCloseable {

    /** The columns of the array of positions: a mark, the batch's number, the position in it. */
    private static final int COLUMNS = 3;

    /** Numbers that a user gives for ids in an array of this shape do not begin with it. */
    private static final long MARK = 0x646a_6c63_6c61_7a79L;

    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final Map<Long, LazyBatch> OPEN = new ConcurrentHashMap<>();

    private final long number = NUMBERS.incrementAndGet();
    private final Keys keys;
    private final InputTemplate template;
    private final @Nullable FoundRows found;
    private final Loader loader;

    /** Loads inputs. */
    interface Loader {

        /**
         * Returns the inputs of some rows with a batch dimension.
         *
         * @param positions positions in the batch, at least one
         */
        NDList load(NDManager manager, int[] positions);
    }

    /** Part is some rows of a lazy batch, all of them unless it was split over devices. */
    static final class Part {

        private final LazyBatch batch;
        private final int[] positions;

        Part(LazyBatch batch, int[] positions) {
            this.batch = batch;
            this.positions = positions;
        }

        LazyBatch batch() {
            return batch;
        }

        /** Returns the positions of the rows in the batch, which are not to be changed. */
        int[] positions() {
            return positions;
        }
    }

    /**
     * Creates the batch.
     *
     * @param found the rows that are cached, or null if the cache was not asked
     * @param loader loads the inputs of any row
     */
    LazyBatch(Keys keys, InputTemplate template, @Nullable FoundRows found, Loader loader) {
        this.keys = keys;
        this.template = template;
        this.found = found;
        this.loader = loader;
    }

    Keys keys() {
        return keys;
    }

    InputTemplate template() {
        return template;
    }

    @Nullable FoundRows found() {
        return found;
    }

    Loader loader() {
        return loader;
    }

    /** Returns the arrays that stand for this batch, which is open until the manager is closed. */
    NDList open(NDManager manager) {
        OPEN.put(number, this);
        manager.attachInternal("djlcachex-lazy-batch-" + number, this);
        int rows = keys.size();
        NDArray placeholder = manager.full(new Shape(rows, 1), Float.NaN, DataType.FLOAT32);
        ArrayBuilder ids =
                ArrayBuilder.create(
                        "ids",
                        manager,
                        manager.getDevice(),
                        new Shape(rows, COLUMNS),
                        DataType.INT64);
        LongBuffer numbers = ids.buffer().asLongBuffer();
        for (int i = 0; i < rows; i++) {
            numbers.put(MARK).put(number).put(i);
        }
        return new NDList(placeholder, ids.finish(CacheIds.NAME));
    }

    /**
     * Returns the rows that an array of ids stands for, or null if it is one of ids.
     *
     * @throws InvalidIdsException if their batch was closed
     */
    static @Nullable Part of(@Nullable NDArray ids) {
        if (ids == null || !hasShapeOfMarks(ids)) {
            return null;
        }
        long[] numbers = ids.toLongArray();
        int[] positions = new int[numbers.length / COLUMNS];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = (int) numbers[COLUMNS * i + 2];
        }
        return numbers[0] == MARK ? new Part(opened(numbers[1]), positions) : null;
    }

    private static boolean hasShapeOfMarks(NDArray ids) {
        Shape shape = ids.getShape();
        return shape.dimension() == 2
                && shape.get(0) > 0
                && shape.get(1) == COLUMNS
                && ids.getDataType() == DataType.INT64;
    }

    private static LazyBatch opened(long number) {
        LazyBatch batch = OPEN.get(number);
        if (batch == null) {
            throw new InvalidIdsException(
                    Problem.of(
                            "batch of a dataset that loads missing rows alone",
                            "an open batch of this process",
                            "one whose manager was closed",
                            "run a batch before it is closed"));
        }
        return batch;
    }

    @Override
    public void close() {
        OPEN.remove(number);
    }
}
