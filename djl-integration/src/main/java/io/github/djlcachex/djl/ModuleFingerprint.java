package io.github.djlcachex.djl;

import ai.djl.nn.Block;
import ai.djl.nn.SymbolBlock;

import io.github.djlcachex.row.CacheException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * A text that two blocks share only if they compute the same, as far as it can be seen.
 *
 * <p>It is a SHA-256 over what makes a block what it is, child by child:
 *
 * <ul>
 *   <li>names and classes of the blocks, in their order;
 *   <li>names, types, shapes and bytes of parameters, and of arrays that a user's block, a function
 *       or a {@code Predictor} keeps in a field;
 *   <li>what DJL's own blocks keep of their settings, such as kernels, strides and axes, and final
 *       fields of users' classes that are numbers, texts, enums or arrays of those;
 *   <li>the code of lambdas and of users' classes, with the methods of users that they call, read
 *       from their class files;
 *   <li>what a symbol block, such as a TorchScript module, saves: code, weights and buffers.
 * </ul>
 *
 * <p>Not part of it: the shapes that a block was initialized with, whether it is frozen, the
 * device, paths, threads and processes, and the bookkeeping that differs between a module and its
 * copy from a checkpoint.
 *
 * <p>Not seen: static fields, and fields of users' classes that may change and hold no weights;
 * files and services that code reads; code without a class file; the code of DJL, of the JDK and of
 * engines. The decorator names users' code in one warning; {@link
 * CacheBlockDecoratorBuilder#optVersion} tells versions of it apart.
 *
 * <p>Of a lambda the JVM tells only which class made it. If that class makes several of its kind,
 * the lambda is called once, with an input that throws when it is read; unless none of them reads
 * its input first, as functions do that count their calls. Those are told apart within a process,
 * not for sure from one to the next.
 *
 * <p>A block of which not one weight was seen has no fingerprint. Safe for use by several threads,
 * unless another one changes the block meanwhile.
 */
public final class ModuleFingerprint {

    private static final String FILES = "files-sha256:";
    private static final int FUNCTION_BYTES = 16;

    private ModuleFingerprint() {}

    /**
     * Returns the fingerprint of a block as it is now. Reads all of its weights.
     *
     * @param block the block, initialized or loaded
     * @return the fingerprint, at most 128 characters
     * @throws UnsupportedBlockException if there are no weights, if they are not there yet, or if
     *     some cannot be read, as those of ONNX Runtime and TensorFlow
     */
    public static String of(Block block) {
        return of(block, null).text();
    }

    /**
     * Returns the fingerprint of model files, for {@link
     * CacheBlockDecoratorBuilder#optFingerprint}.
     *
     * <p>A directory stands for all regular files below it, by their names below it with '/'
     * between the parts. Of a file its name counts, of a path nothing else. An {@code .onnx} file
     * stands for the files of its external data, too. The order of the arguments does not matter.
     * Left out is {@code fingerprint.pb} beside a {@code saved_model.pb}, which has random numbers
     * of the export. Links are followed.
     *
     * @param files files and directories, such as an ONNX file, or the directory of a SavedModel
     *     with its variables and assets
     * @return the fingerprint, such as {@code files-sha256:} and 64 hexadecimal digits
     * @throws UnsupportedBlockException if nothing is given, a directory is empty, a file is
     *     missing or cannot be read, links go round in a circle, or external data is outside its
     *     folder
     */
    public static String ofFiles(Path... files) {
        return FILES + ModelFiles.digestOf(files);
    }

    /** Returns the fingerprint of a block less users' code, to see whether weights changed. */
    static String ofWeights(Block block) {
        return of(block, "").text();
    }

    /**
     * Returns the fingerprint of a block, and what it may not have seen.
     *
     * @param version what stands for the code of users and for weights that are nowhere, or null
     */
    static Fingerprinted of(Block block, @Nullable String version) {
        return of(block, version, false);
    }

    /**
     * Returns a text that a user gave, and beside one of files the network around the graph that
     * they hold: functions in front of it and behind.
     */
    static @Nullable String besideFiles(@Nullable String text, @Nullable Block block) {
        boolean ofFiles = text != null && text.startsWith(FILES);
        if (!ofFiles || block == null || block instanceof SymbolBlock) {
            return text;
        }
        try {
            return text + "+" + ofNetwork(block, null);
        } catch (UnsupportedBlockException e) {
            return text; // of a network that cannot be seen the user's word is all there is
        }
    }

    /** Returns the fingerprint of a network around graphs that are named by their files. */
    static String ofNetwork(Block block, @Nullable String version) {
        return of(block, version, true).text();
    }

    /**
     * Returns what tells a function of outputs from others.
     *
     * @param version what stands for the code of users, or null
     */
    static Fingerprinted ofFunction(OutputFunction function, @Nullable String version) {
        BlockWalk walk = new BlockWalk(version == null, false);
        walk(walk, "output function", function);
        String text = HexFormat.of().formatHex(walk.out().finish(), 0, FUNCTION_BYTES);
        return new Fingerprinted(text, version == null ? walk.userCode() : List.of());
    }

    private static Fingerprinted of(Block block, @Nullable String version, boolean graphsNamed) {
        BlockWalk walk = new BlockWalk(version == null, graphsNamed);
        walk.out().text(version == null ? "code" : "version " + version);
        walk(walk, block.getClass().getSimpleName(), block);
        if (walk.weights() == 0 && version == null) {
            throw nothingSeen(block);
        }
        String kind = block instanceof SymbolBlock ? "symbol" : "parameters";
        String text = kind + "-sha256:" + HexFormat.of().formatHex(walk.out().finish());
        return new Fingerprinted(text, version == null ? walk.userCode() : List.of());
    }

    private static void walk(BlockWalk walk, String name, Object found) {
        try {
            walk.add(name, found);
        } catch (CacheException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnsupportedBlockException(
                    "fingerprint of " + name,
                    "a block whose weights can be read",
                    e.toString(),
                    Advice.NAME_THE_WEIGHTS,
                    e);
        }
    }

    private static UnsupportedBlockException nothingSeen(Block block) {
        return new UnsupportedBlockException(
                "fingerprint of " + block.getClass().getSimpleName(),
                "weights in parameters, in children or in fields",
                "none",
                Advice.NAME_THE_WEIGHTS
                        + "; a block that has no weights at all needs optVersion(text)");
    }
}
