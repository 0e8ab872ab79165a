package io.github.djlcachex.djl.internal.fingerprint;

import java.util.List;

/**
 * A fingerprint, and the users' code of which it may not have seen everything.
 *
 * @param text the fingerprint
 * @param userCode lambdas and classes that are neither the JDK's nor DJL's, in the order of the
 *     walk; empty if a version stands for them
 */
public record Fingerprinted(String text, List<String> userCode) {

    public Fingerprinted {
        userCode = List.copyOf(userCode);
    }
}
