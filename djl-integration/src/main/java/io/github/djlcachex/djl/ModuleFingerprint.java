package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SymbolBlock;
import ai.djl.util.Pair;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A text that two blocks share only if their weights are equal, bit for bit.
 *
 * <p>Of a symbol block, such as a TorchScript module, it is the SHA-256 of what {@code
 * saveParameters} writes: code, weights and buffers; less the bookkeeping that differs between a
 * module and its copy from a checkpoint. Of a block written in Java it is the SHA-256 over names,
 * shapes, types and bytes of its parameters, without the shapes that it was initialized with. It
 * does not see the Java code between the parameters: where only that differs, give the fingerprint
 * as a text, or another module id.
 */
public final class ModuleFingerprint {

    private final MessageDigest digest;
    private final DataOutputStream out;

    private ModuleFingerprint() throws NoSuchAlgorithmException {
        digest = MessageDigest.getInstance("SHA-256");
        out = new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    }

    /**
     * Returns the fingerprint of a block's weights as they are now. Reads all of them; a symbol
     * block is saved to a temporary file for it.
     *
     * @param block the block, initialized or loaded
     * @return the fingerprint, at most 128 characters
     * @throws UnsupportedBlockException if the weights are not there yet, or the block's engine
     *     does not write them
     */
    public static String of(Block block) {
        try {
            ModuleFingerprint fingerprint = new ModuleFingerprint();
            fingerprint.add("", block);
            String kind = block instanceof SymbolBlock ? "symbol" : "parameters";
            return kind + "-sha256:" + HexFormat.of().formatHex(fingerprint.digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException("The weights of the block could not be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private void add(String path, Block block) throws IOException {
        if (block instanceof DelegatingBlock decorator) {
            add(path, decorator.wrapped());
        } else if (block instanceof SymbolBlock) {
            addStream(path, block);
        } else {
            addParameters(path, block);
        }
    }

    private void addStream(String path, Block block) throws IOException {
        text(path);
        try {
            SymbolContents.write(block, out);
        } catch (UnsupportedOperationException e) {
            throw new UnsupportedBlockException(
                    "fingerprint of " + block.getClass().getSimpleName(),
                    "a block that writes its parameters",
                    "an engine that does not (" + e.getMessage() + ")",
                    "give a text that changes with the weights by optFingerprint, such as the"
                            + " SHA-256 of the model file");
        }
    }

    private void addParameters(String path, Block block) throws IOException {
        for (Pair<String, Parameter> pair : block.getDirectParameters()) {
            addParameter(path + "/" + pair.getKey(), pair.getValue());
        }
        for (Pair<String, Block> child : block.getChildren()) {
            add(path + "/" + child.getKey(), child.getValue());
        }
    }

    private void addParameter(String path, Parameter parameter) throws IOException {
        if (!parameter.isInitialized()) {
            throw new UnsupportedBlockException(
                    "fingerprint of parameter '" + path + "'",
                    "a parameter with a value",
                    "none yet",
                    "load or initialize the block before it is cached, or name its weights by"
                            + " optFingerprint");
        }
        NDArray array = parameter.getArray();
        text(path);
        text(array.getDataType().name());
        text(array.getShape().toString());
        digest.update(array.toByteBuffer(true));
    }

    /** Adds a text with its length, so that two texts in a row cannot be taken for others. */
    private void text(String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }
}
