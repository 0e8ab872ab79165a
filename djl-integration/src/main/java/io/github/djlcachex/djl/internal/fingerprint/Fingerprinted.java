package io.github.djlcachex.djl.internal.fingerprint;

import java.util.List;

/**
 * What a look at a block found: the fingerprint, and whose code it may not see all of.
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
