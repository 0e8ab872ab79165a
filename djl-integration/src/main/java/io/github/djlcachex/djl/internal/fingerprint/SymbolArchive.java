package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.SymbolBlock;

import io.github.djlcachex.djl.UnsupportedBlockException;
import io.github.djlcachex.djl.internal.hash.DigestWriter;

import org.jspecify.annotations.Nullable;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The digest of what a symbol block saves, without the bookkeeping that changes when it is saved
 * again.
 *
 * <p>A TorchScript module saves a zip archive: code, tensors, and pickles that hold the rest. A
 * random id, debug records and the way in which the pickles refer to texts differ between a module
 * and its copy from a checkpoint, so they are left out. Of what is not such an archive every byte
 * counts. It is digested while the engine writes it.
 */
final class SymbolArchive {

    private SymbolArchive() {}

    /**
     * Returns the digest.
     *
     * @param path what the block is called in a message
     * @throws UnsupportedBlockException if the engine does not save the block
     */
    static byte[] digestOf(String path, SymbolBlock block) {
        if (!savesItself(block)) {
            throw unsaved(path, "an engine that does not", null);
        }
        ArchiveDigest archive = new ArchiveDigest();
        save(path, block, new WithoutHead(archive));
        byte[] digest = archive.finish();
        if (digest != null) {
            return digest;
        }
        DigestWriter raw = new DigestWriter();
        save(path, block, raw.raw());
        return raw.finish();
    }

    /** Tells whether a block has its own way to save itself; DJL's saves parameters alone. */
    private static boolean savesItself(SymbolBlock block) {
        try {
            return block.getClass()
                            .getMethod("saveParameters", DataOutputStream.class)
                            .getDeclaringClass()
                    != AbstractBaseBlock.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("Every block has this method", e);
        }
    }

    private static void save(String path, SymbolBlock block, OutputStream out) {
        try {
            TorchModules.save(block, out);
        } catch (IOException | RuntimeException e) {
            throw unsaved(path, "an engine that does not (" + e.getMessage() + ")", e);
        }
    }

    private static UnsupportedBlockException unsaved(
            String path, String found, @Nullable Exception cause) {
        return new UnsupportedBlockException(
                "fingerprint of " + path,
                "a block that writes its parameters",
                found,
                Advice.NAME_THE_WEIGHTS + ", such as the SHA-256 of the model file",
                cause);
    }

    /** A stream that drops what DJL writes in front of the archive: a version and a length. */
    private static final class WithoutHead extends OutputStream {

        private final OutputStream out;
        private int headBytes = 1 + Long.BYTES;

        WithoutHead(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int dropped = Math.min(headBytes, length);
            headBytes -= dropped;
            out.write(bytes, offset + dropped, length - dropped);
        }
    }
}
