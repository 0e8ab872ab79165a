package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.SymbolBlock;
import ai.djl.translate.Translator;

import io.github.djlcachex.djl.UnsupportedBlockException;
import io.github.djlcachex.djl.UnsupportedTranslatorException;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Takes the fingerprints of blocks, models, translators and functions.
 *
 * <p>A version is a text that the user gives in place of the code of users and of weights that
 * cannot be read; null means that there is none. Safe for use by several threads.
 */
public final class Fingerprints {

    private static final String FILES = "files-sha256:";
    private static final int FUNCTION_BYTES = 16;

    private final KnownParts known;

    public Fingerprints(KnownParts known) {
        this.known = known;
    }

    /** Returns the fingerprint of files and directories by their names and bytes. */
    public static String ofFiles(Path... files) {
        return FILES + ModelFiles.digestOf(files);
    }

    /**
     * Returns the fingerprint of a block, and what it may not have seen.
     *
     * @throws UnsupportedBlockException if no weight was seen, or one cannot be read
     */
    public Fingerprinted of(Block block, @Nullable String version) {
        return of(block, version, false);
    }

    /** Returns the fingerprint of a block without users' code, to see whether weights changed. */
    public String ofWeights(Block block) {
        return of(block, "").text();
    }

    /** Returns the fingerprint of a network around graphs that are named by their files. */
    String ofNetwork(Block block, @Nullable String version) {
        return of(block, version, true).text();
    }

    /**
     * Returns a fingerprint that the user gave. If it names files, the network around the graph
     * that they hold is added: functions in front of the graph and behind it.
     */
    public @Nullable String besideFiles(@Nullable String text, @Nullable Block block) {
        boolean ofFiles = text != null && text.startsWith(FILES);
        if (!ofFiles || block == null || block instanceof SymbolBlock) {
            return text;
        }
        try {
            return text + "+" + ofNetwork(block, null);
        } catch (UnsupportedBlockException e) {
            return text; // if the network cannot be read, the user's text is all there is
        }
    }

    /**
     * Returns the fingerprint of a model, and whose code it may not have seen.
     *
     * @param given the fingerprint that the user gave, or null
     * @param files the files that the user named; empty to find them
     */
    public Fingerprinted ofModel(
            Model model, @Nullable String given, Path[] files, @Nullable String version) {
        String text = besideFiles(given, model.getBlock());
        if (text == null) {
            text = ofFilesOf(model, files, version);
        }
        return text == null ? of(model.getBlock(), version) : new Fingerprinted(text, List.of());
    }

    /**
     * Returns the fingerprint of a model's files with its engine, or null if the block tells its
     * weights itself.
     *
     * @param files the files that the user named; empty to find them
     * @throws UnsupportedBlockException if it is not certain which files the model is from
     */
    public @Nullable String ofFilesOf(Model model, Path[] files, @Nullable String version) {
        return new LoadedModel(model, this).fingerprint(files, version);
    }

    /** Returns what tells an output function from others. */
    public Fingerprinted ofFunction(Object function, @Nullable String version) {
        BlockWalk walk = walk(version, false);
        add(walk, "output function", function);
        String text = HexFormat.of().formatHex(walk.out().finish(), 0, FUNCTION_BYTES);
        return new Fingerprinted(text, version == null ? walk.userCode() : List.of());
    }

    /**
     * Returns the fingerprint of a translator that was prepared.
     *
     * @throws UnsupportedTranslatorException if something cannot be read, and there is no version
     */
    public Fingerprinted ofTranslator(Translator<?, ?> translator, @Nullable String version) {
        return TranslatorFingerprint.of(walk(version, false), translator, version);
    }

    private BlockWalk walk(@Nullable String version, boolean graphsNamed) {
        return new BlockWalk(known, version == null, graphsNamed);
    }

    private Fingerprinted of(Block block, @Nullable String version, boolean graphsNamed) {
        BlockWalk walk = walk(version, graphsNamed);
        walk.out().text(version == null ? "code" : "version " + version);
        add(walk, block.getClass().getSimpleName(), block);
        if (walk.weights() == 0 && version == null) {
            throw nothingSeen(block);
        }
        String kind = block instanceof SymbolBlock ? "symbol" : "parameters";
        String text = kind + "-sha256:" + HexFormat.of().formatHex(walk.out().finish());
        return new Fingerprinted(text, version == null ? walk.userCode() : List.of());
    }

    private static void add(BlockWalk walk, String name, Object found) {
        try {
            walk.add(name, found);
        } catch (CacheException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnsupportedBlockException(
                    Problem.of(
                            "fingerprint of " + name,
                            "a block whose weights can be read",
                            e.toString(),
                            Advice.NAME_THE_WEIGHTS,
                            e));
        }
    }

    private static UnsupportedBlockException nothingSeen(Block block) {
        return new UnsupportedBlockException(
                Problem.of(
                        "fingerprint of " + block.getClass().getSimpleName(),
                        "weights in parameters, in children or in fields",
                        "none",
                        Advice.NAME_THE_WEIGHTS
                                + "; a block that has no weights at all needs optVersion(text)"));
    }
}
