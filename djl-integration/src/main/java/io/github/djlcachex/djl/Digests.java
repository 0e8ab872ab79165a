package io.github.djlcachex.djl;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The one way to a hash that two contents share only if they are equal. */
final class Digests {

    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
