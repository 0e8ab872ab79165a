package io.github.djlcachex.djl;

import ai.djl.Model;
import ai.djl.nn.Block;

import io.github.djlcachex.row.GivenOptions;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.function.Supplier;

/** BlockChoice is the block that a builder's user chose, and what names its weights. */
final class BlockChoice {

    private final GivenOptions given;
    private @Nullable Block block;
    private @Nullable Model model;
    private @Nullable SuppliedBlock supplied;
    private Path[] modelFiles = new Path[0];
    private @Nullable String fingerprint;
    private @Nullable String version;

    BlockChoice(GivenOptions given) {
        this.given = given;
    }

    void setBlock(Block block) {
        this.block = given.once("block", block);
    }

    void setModel(Model model, Path... files) {
        this.model = given.once("model", model);
        this.modelFiles = given.once("files of the model", files).toArray(Path[]::new);
    }

    void setBlocks(Supplier<? extends Block> blocks) {
        supplied = SuppliedBlock.ofBlocks(given.once("supplier", blocks));
    }

    void setModels(Supplier<? extends Model> models) {
        supplied = SuppliedBlock.ofModels(given.once("supplier", models));
    }

    void setFingerprint(String fingerprint) {
        this.fingerprint = given.once("fingerprint", fingerprint);
    }

    void setVersion(String version) {
        this.version = given.once("version", version);
        Options.check(!version.isBlank(), "version", "a text", "none");
    }

    /**
     * Returns the block to wrap.
     *
     * @throws io.github.djlcachex.row.InvalidOptionException if there is none, more than one, or
     *     one without a name that needs it
     */
    Block wrapped(CacheChoice cache) {
        Options.check(model == null || block == null, "model", "a model or a block", "both");
        cache.check(fingerprint, version);
        Block found = model == null ? block : model.getBlock();
        if (supplied != null) {
            Options.check(found == null, "block", "a block or a supplier", "both");
            if (cache.cache == null) {
                Options.required(fingerprint, "fingerprint of a supplied block", "optFingerprint");
            }
            return supplied;
        }
        Block wrapped = Options.required(found, "block", "setBlock or setModel");
        Options.check(
                !(wrapped instanceof CacheBlockDecorator), "block", "no decorator yet", wrapped);
        return wrapped;
    }

    /** Returns the handle of the chosen cache. */
    CacheHandle handle(
            Block wrapped,
            CacheChoice cache,
            @Nullable OutputFunction output,
            OutputPadding padding,
            boolean inputCheck) {
        return cache.cache == null
                ? CacheHandle.opening(
                        wrapped,
                        text -> cache.open(inputCheck ? text + RowStore.SUFFIX : text),
                        fingerprint(output, padding))
                : CacheHandle.given(wrapped, cache.cache, BlockFingerprint.ofWeights(model));
    }

    private BlockFingerprint fingerprint(@Nullable OutputFunction output, OutputPadding padding) {
        boolean one = fingerprint == null || version == null;
        Options.check(
                one, "version", "none beside a fingerprint, which names the code too", "both");
        return BlockFingerprint.of(block, fingerprint, version, model, modelFiles, output, padding);
    }
}
