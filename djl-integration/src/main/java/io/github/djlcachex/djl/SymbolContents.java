package io.github.djlcachex.djl;

import ai.djl.nn.Block;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * What a symbol block saves, without the bookkeeping that changes when it is saved again.
 *
 * <p>A TorchScript module saves a zip archive: code, tensors, and pickles that hold the rest. A
 * random id, debug records and the way in which the pickles refer to texts differ between a module
 * and its copy from a checkpoint, so they are left out.
 */
final class SymbolContents {

    private SymbolContents() {}

    /**
     * Writes the contents.
     *
     * @throws UnsupportedOperationException if the engine does not save its blocks
     */
    static void write(Block block, DataOutputStream out) throws IOException {
        // a file, as a zip archive is read from its end and may be larger than the heap
        Path body = Files.createTempFile("djlcachex-fingerprint", null);
        try {
            byte[] head = save(block, body);
            writeArchive(head, body, out);
        } finally {
            Files.deleteIfExists(body);
        }
    }

    private static byte[] save(Block block, Path body) throws IOException {
        try (WithoutHead file = new WithoutHead(Files.newOutputStream(body));
                DataOutputStream data = new DataOutputStream(file)) {
            block.saveParameters(data);
            return file.head.toByteArray();
        }
    }

    /** A stream that keeps back what DJL writes in front of the archive: a version and a length. */
    private static final class WithoutHead extends FilterOutputStream {

        private static final int HEAD_BYTES = 1 + Long.BYTES;

        private final ByteArrayOutputStream head = new ByteArrayOutputStream();

        WithoutHead(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int kept = Math.min(HEAD_BYTES - head.size(), length);
            head.write(bytes, offset, kept);
            out.write(bytes, offset + kept, length - kept);
        }
    }

    private static void writeArchive(byte[] head, Path body, DataOutputStream out)
            throws IOException {
        try (ZipFile archive = new ZipFile(body.toFile())) {
            List<? extends ZipEntry> entries =
                    archive.stream()
                            .filter(entry -> !isBookkeeping(entry.getName()))
                            .sorted(Comparator.comparing(ZipEntry::getName))
                            .toList();
            for (ZipEntry entry : entries) {
                try (InputStream in = archive.getInputStream(entry)) {
                    writeEntry(entry, in, out);
                }
            }
        } catch (ZipException e) {
            // not TorchScript: every byte counts
            out.write(head);
            Files.copy(body, out);
        }
    }

    private static boolean isBookkeeping(String name) {
        return name.endsWith("/.data/serialization_id") || name.endsWith(".debug_pkl");
    }

    private static void writeEntry(ZipEntry entry, InputStream in, DataOutputStream out)
            throws IOException {
        byte[] name = entry.getName().getBytes(StandardCharsets.UTF_8);
        out.writeInt(name.length);
        out.write(name);
        if (entry.getName().endsWith(".pkl")) {
            byte[] opcodes = PickleOpcodes.rewrite(in.readAllBytes());
            out.writeLong(opcodes.length);
            out.write(opcodes);
        } else {
            out.writeLong(entry.getSize());
            in.transferTo(out);
        }
    }
}
