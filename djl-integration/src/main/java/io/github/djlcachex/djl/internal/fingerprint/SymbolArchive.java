package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.nn.AbstractBaseBlock;
import ai.djl.nn.SymbolBlock;

import io.github.djlcachex.djl.UnsupportedBlockException;
import io.github.djlcachex.djl.internal.hash.DigestWriter;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Digests what a symbol block saves, without the bookkeeping that changes with every save.
 *
 * <p>A TorchScript module saves a zip archive of code, tensors and pickles. A random id, debug
 * records and the string references of the pickles differ between a module and its copy from a
 * checkpoint, so they are left out. If the block saves another format, every byte is part of the
 * digest. The digest is taken while the engine writes.
 */
final class SymbolArchive {

    private SymbolArchive() {}

    /**
     * Returns the digest of a block.
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

    /** Tells whether a block overrides how it is saved; DJL saves only parameters. */
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
                Problem.of(
                        "fingerprint of " + path,
                        "a block that writes its parameters",
                        found,
                        Advice.NAME_THE_WEIGHTS + ", such as the SHA-256 of the model file",
                        cause));
    }

    /** Drops the version and the length that DJL writes before the archive. */
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
