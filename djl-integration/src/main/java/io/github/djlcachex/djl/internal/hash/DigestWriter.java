package io.github.djlcachex.djl.internal.hash;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/**
 * Computes a SHA-256 over values. Each is written with its length, so that two different lists of
 * values never give the same bytes.
 */
public final class DigestWriter {

    private final MessageDigest digest = Digests.sha256();

    public DigestWriter text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public DigestWriter bytes(byte[] bytes) {
        number(bytes.length);
        digest.update(bytes);
        return this;
    }

    public DigestWriter bytes(ByteBuffer bytes) {
        number(bytes.remaining());
        digest.update(bytes);
        return this;
    }

    public DigestWriter number(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        return this;
    }

    /** Adds bytes as they are, without a length. */
    void raw(ByteBuffer bytes) {
        digest.update(bytes);
    }

    /** Returns a stream that adds bytes without a length. */
    public OutputStream raw() {
        return new DigestOutputStream(OutputStream.nullOutputStream(), digest);
    }

    /** Returns the digest, and starts a new one. */
    public byte[] finish() {
        return digest.digest();
    }
}
