package io.github.djlcachex.spark;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.translate.Batchifier;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.RowFunction;
import io.github.djlcachex.djl.CacheBlockDecoratorBuilder;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.RowBatch;

import org.apache.spark.sql.Row;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * An Extractor computes the features of rows of a Spark dataset: a block of DJL with the function
 * that makes its inputs, or a function without any engine.
 *
 * <p>Its rows go to the generation in which a training finds them: a block that {@code
 * CacheBlockDecorator} wraps with the same options, or a {@code FeatureCache} with the same
 * fingerprint.
 */
public abstract sealed class Extractor permits BlockExtractor, FunctionExtractor {

    Extractor() {}

    /**
     * Returns an extractor that runs the block of a model.
     *
     * @param model the model, closed with the extractor
     * @param inputs makes the inputs of a row
     * @return the extractor; its inputs are stacked to a batch
     */
    public static Extractor of(Model model, RowInputs inputs) {
        return of(model, inputs, Batchifier.STACK, decorator -> {});
    }

    /**
     * Returns an extractor that runs the block of a model.
     *
     * @param model the model, closed with the extractor
     * @param inputs makes the inputs of a row
     * @param batchifier makes a batch of the inputs of several rows: one that pads, for texts
     * @param decorator sets options of the decorator, such as {@code optOutput} and {@code
     *     optStoreAs}; the model, directory and module id are set already
     * @return the extractor
     */
    public static Extractor of(
            Model model,
            RowInputs inputs,
            Batchifier batchifier,
            Consumer<CacheBlockDecoratorBuilder> decorator) {
        return new BlockExtractor(
                builder -> decorator.accept(builder.setModel(model)),
                new InputBatches(inputs, batchifier),
                model::close);
    }

    /**
     * Returns an extractor that runs a block with weights.
     *
     * @param block the block, not closed with the extractor
     * @param inputs makes the inputs of a row
     * @param batchifier makes a batch of the inputs of several rows
     * @param decorator sets options of the decorator
     * @return the extractor
     */
    public static Extractor of(
            Block block,
            RowInputs inputs,
            Batchifier batchifier,
            Consumer<CacheBlockDecoratorBuilder> decorator) {
        return new BlockExtractor(
                builder -> decorator.accept(builder.setBlock(block)),
                new InputBatches(inputs, batchifier),
                () -> {});
    }

    /**
     * Returns an extractor that calls a function, such as one that asks a service.
     *
     * @param fingerprint names the function and its weights: another text, another generation
     * @param function returns a vector for each row, all of one length; an exception makes its rows
     *     bad ones
     * @return the extractor
     */
    public static Extractor ofVectors(
            String fingerprint, RowFunction<List<Row>, float[][], ? extends Exception> function) {
        return new FunctionExtractor(
                fingerprint,
                (cache, keys, rows) -> putVectors(cache, keys, function.compute(rows)));
    }

    /**
     * Returns an extractor that calls a function whose rows have any columns.
     *
     * @param fingerprint names the function and its weights: another text, another generation
     * @param function returns a batch with a row for each row; an exception makes its rows bad ones
     * @return the extractor
     */
    public static Extractor ofRows(
            String fingerprint, RowFunction<List<Row>, RowBatch, ? extends Exception> function) {
        return new FunctionExtractor(
                fingerprint, (cache, keys, rows) -> cache.put(keys, function.compute(rows)));
    }

    private static void putVectors(FeatureCache cache, Keys keys, float[][] vectors) {
        if (keys instanceof LongKeys ids) {
            cache.put(ids.toArray(), vectors);
        } else {
            cache.put(texts(keys), vectors);
        }
    }

    /** Returns string keys as DJL and arrays take them. */
    static List<String> texts(Keys keys) {
        return IntStream.range(0, keys.size())
                .mapToObj(position -> (String) keys.getObject(position))
                .toList();
    }

    /** Opens the cache in which this extractor's rows are. */
    abstract FeatureCache openCache(CachePlace place);

    /**
     * Computes rows and stores those that no other thread stores. Returns when they are stored,
     * which may be in memory.
     *
     * @throws Exception if the extractor fails, or a row cannot be one of this cache
     */
    abstract void computeAndStore(Keys keys, List<Row> rows) throws Exception;

    /** Closes the cache, which writes its rows, and what the factory opened. */
    abstract void close();
}
