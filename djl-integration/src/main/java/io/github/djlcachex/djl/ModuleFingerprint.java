package io.github.djlcachex.djl;

import ai.djl.nn.Block;

import io.github.djlcachex.djl.internal.fingerprint.Fingerprints;

import java.nio.file.Path;

/**
 * Takes fingerprints of blocks: texts that two blocks share only if they compute the same, as far
 * as it can be seen.
 *
 * <p>A fingerprint is a SHA-256 over the following, child by child:
 *
 * <ul>
 *   <li>names and classes of the blocks, in their order;
 *   <li>names, types, shapes and bytes of parameters, and of arrays in fields of users' blocks,
 *       functions and {@code Predictor}s;
 *   <li>settings of DJL's own blocks, such as kernels, strides and axes, and final fields of users'
 *       classes that are numbers, texts, enums or arrays of those;
 *   <li>the code of lambdas and of users' classes, with the users' methods that they call, read
 *       from their class files;
 *   <li>what a symbol block, such as a TorchScript module, saves: code, weights and buffers.
 * </ul>
 *
 * <p>It does not cover the shapes that a block was initialized with, whether it is frozen, the
 * device, paths, threads and processes, nor the bookkeeping that differs between a module and its
 * copy from a checkpoint.
 *
 * <p>It cannot see static fields; fields of users' classes that may change and hold no weights;
 * files and services that code reads; code without a class file; and the code of DJL, the JDK and
 * engines. The decorator names users' code in one warning; {@link
 * CacheBlockDecoratorBuilder#optVersion} distinguishes its versions.
 *
 * <p>The JVM tells of a lambda only which class made it. If that class makes several lambdas of the
 * same kind, the lambda is called once, with an input that throws when it is read. It is not called
 * if none of them reads its input first, as a function that counts its calls. Such lambdas are told
 * apart within a process, but not reliably between processes.
 *
 * <p>A block without a single visible weight has no fingerprint. Safe for use by several threads,
 * unless another one changes the block meanwhile.
 */
public final class ModuleFingerprint {

    static final Fingerprints FINGERPRINTS = new Fingerprints(new OwnParts());

    private ModuleFingerprint() {}

    /**
     * Returns the fingerprint of a block in its present state. Reads all of its weights.
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
     * <p>A directory represents all regular files below it, by their relative names with '/'
     * between the parts. A file is represented by its name, without its path, and its bytes. An
     * {@code .onnx} file also represents the files of its external data. The order of the arguments
     * does not matter. {@code fingerprint.pb} beside a {@code saved_model.pb} is left out, as it
     * has random numbers of the export. Links are followed.
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
