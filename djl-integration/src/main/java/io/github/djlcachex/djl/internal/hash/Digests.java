package io.github.djlcachex.djl.internal.hash;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Creates the hash that this library relies on to tell contents apart. */
public final class Digests {

    private Digests() {}

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
