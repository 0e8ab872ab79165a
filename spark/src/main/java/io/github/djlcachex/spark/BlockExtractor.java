package io.github.djlcachex.spark;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheBlockDecoratorBuilder;
import io.github.djlcachex.djl.CacheIds;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;

import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** A BlockExtractor runs a decorated block. The decorator claims, stores and audits. */
final class BlockExtractor extends Extractor {

    private final Consumer<CacheBlockDecoratorBuilder> options;
    private final InputBatches inputs;
    private final Runnable closeModel;
    private @Nullable CacheBlockDecorator cached;

    BlockExtractor(
            Consumer<CacheBlockDecoratorBuilder> options,
            InputBatches inputs,
            Runnable closeModel) {
        this.options = options;
        this.inputs = inputs;
        this.closeModel = closeModel;
    }

    @Override
    FeatureCache openCache(CachePlace place) {
        CacheBlockDecoratorBuilder builder =
                CacheBlockDecorator.builder()
                        .setDirectory(place.path())
                        .setModuleId(place.moduleId())
                        .optCacheOptions(CachePlace::setOptions);
        options.accept(builder);
        CacheBlockDecorator opened = builder.build();
        cached = opened;
        return opened.cache();
    }

    @Override
    void computeAndStore(Keys keys, List<Row> rows) throws Exception {
        try (NDManager manager = NDManager.newBaseManager()) {
            NDList batch = withIds(inputs.of(rows, manager), keys);
            // as a trainer, whose rows have the same bits
            Objects.requireNonNull(cached)
                    .forward(new ParameterStore(manager, false), batch, true, null)
                    .close();
        }
    }

    private static NDList withIds(NDList batch, Keys keys) {
        return keys instanceof LongKeys ids
                ? CacheIds.attach(batch, ids.toArray())
                : CacheIds.attach(batch, texts(keys));
    }

    @Override
    void close() {
        try {
            if (cached != null) {
                cached.close();
            }
        } finally {
            closeModel.run();
        }
    }
}
