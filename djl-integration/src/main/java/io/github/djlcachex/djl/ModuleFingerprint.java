package io.github.djlcachex.djl;

import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.fingerprint.Fingerprints;

import java.nio.file.Path;

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

    static final Fingerprints FINGERPRINTS = new Fingerprints(new OwnParts());

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
        return FINGERPRINTS.of(Options.given("block", block), null).text();
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
        for (Path file : Options.given("files", files)) {
            Options.given("files", file);
        }
        return Fingerprints.ofFiles(files);
    }
}
