package io.github.djlcachex.djl;

import ai.djl.Model;
import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.Loggers;
import io.github.djlcachex.djl.internal.Warnings;
import io.github.djlcachex.djl.internal.fingerprint.Fingerprinted;
import io.github.djlcachex.djl.internal.fingerprint.Fingerprints;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes the fingerprint of a decorator's block, and warns once of users' code in it.
 *
 * <p>It holds the model of the block, since DJL closes the block of an unreachable model.
 */
final class BlockFingerprint {

    private static final Logger logger = Loggers.DECORATOR;
    private static final int MAX_NAMED = 5;

    private final @Nullable String text;
    private final @Nullable String version;
    private final @Nullable Model model;
    private final @Nullable Fingerprinted output;
    private final @Nullable Fingerprinted padding;
    private final AtomicBoolean warned = new AtomicBoolean();

    private BlockFingerprint(
            @Nullable String text,
            @Nullable String version,
            @Nullable Model model,
            @Nullable Fingerprinted output,
            @Nullable Fingerprinted padding) {
        this.text = text;
        this.version = version;
        this.model = model;
        this.output = output;
        this.padding = padding;
    }

    /**
     * Returns a fingerprint that is taken of the block on demand, unless a text is given or its
     * model was loaded from files.
     *
     * @param given the text that the user gave, or null
     * @param version what stands for users' code, or null
     * @param model the model that the block is from, or null
     * @param files the files of the model that the user named; empty to find them
     * @param output what is cached in place of the block's outputs, or null
     * @param padding how rows that differ in length are cut
     */
    static BlockFingerprint of(
            @Nullable Block block,
            @Nullable String given,
            @Nullable String version,
            @Nullable Model model,
            Path[] files,
            @Nullable OutputFunction output,
            OutputPadding padding) {
        Fingerprints fingerprints = ModuleFingerprint.FINGERPRINTS;
        String text = fingerprints.besideFiles(given, block);
        if (text == null && model != null) {
            text = fingerprints.ofFilesOf(model, files, version);
        }
        return new BlockFingerprint(
                text,
                version,
                model,
                output == null ? null : fingerprints.ofFunction(output, version),
                padding.isNone() ? null : ofPadding(padding, version));
    }

    private static Fingerprinted ofPadding(OutputPadding padding, @Nullable String version) {
        RowLengths lengths = padding.lengths();
        if (lengths == null) {
            return new Fingerprinted(padding.text(), List.of());
        }
        Fingerprinted function = ModuleFingerprint.FINGERPRINTS.ofFunction(lengths, version);
        return new Fingerprinted(
                padding.text() + ",lengths:" + function.text(), function.userCode());
    }

    /** Returns a fingerprint of the weights alone, for a cache that the user opened. */
    static BlockFingerprint ofWeights(@Nullable Model model) {
        return new BlockFingerprint(null, "", model, null, null);
    }

    /** Tells whether it is a given text, which does not change with the block. */
    boolean isText() {
        return text != null;
    }

    String of(Block block) {
        Fingerprinted found =
                text == null
                        ? ModuleFingerprint.FINGERPRINTS.of(block, version)
                        : new Fingerprinted(text, List.of());
        List<String> code = new ArrayList<>(found.userCode());
        String parts = found.text();
        if (output != null) {
            code.addAll(output.userCode());
            parts += "+output:" + output.text();
        }
        if (padding != null) {
            code.addAll(padding.userCode());
            parts += "+padded:" + padding.text();
        }
        if (!code.isEmpty() && warned.compareAndSet(false, true)) {
            warn(block, code);
        }
        return parts;
    }

    private static void warn(Block block, List<String> names) {
        String named = String.join(", ", names.subList(0, Math.min(MAX_NAMED, names.size())));
        int more = names.size() - MAX_NAMED;
        Warnings.warn(
                logger,
                "The fingerprint of {} may not see all of {}{}: state that it reaches elsewhere, and"
                        + " code without a class file. Give optVersion(text), and another text"
                        + " when its results change.",
                block.getClass().getSimpleName(),
                named,
                more > 0 ? " and " + more + " more" : "");
    }

    @Override
    public String toString() {
        return "BlockFingerprint(" + (model == null ? "a block" : model.getName()) + ")";
    }
}
