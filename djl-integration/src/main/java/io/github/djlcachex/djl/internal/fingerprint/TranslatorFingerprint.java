package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.translate.Translator;

import io.github.djlcachex.djl.UnsupportedTranslatorException;
import io.github.djlcachex.djl.internal.code.LambdaCode;
import io.github.djlcachex.djl.internal.hash.DigestWriter;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.HexFormat;
import java.util.List;

/**
 * Takes a text that two translators share only if they translate the same, as far as it can be
 * seen.
 *
 * <p>It covers their classes, users' code, and all settings, with the vocabularies, tokenizers and
 * weights in their fields.
 */
final class TranslatorFingerprint {

    private TranslatorFingerprint() {}

    /**
     * Returns the fingerprint of a translator that was prepared.
     *
     * @param version what stands for the code of users and for what cannot be read, or null
     * @throws UnsupportedTranslatorException if something cannot be read, and there is no version
     */
    static Fingerprinted of(BlockWalk walk, Translator<?, ?> translator, @Nullable String version) {
        walk.out().text(version == null ? "code" : "version " + version);
        try {
            walk.add("translator", translator);
        } catch (RuntimeException e) {
            if (version == null) {
                throw unreadable(translator, e);
            }
            return byName(translator, version);
        }
        List<String> userCode = version == null ? walk.userCode() : List.of();
        return new Fingerprinted(text(walk.out()), userCode);
    }

    private static Fingerprinted byName(Translator<?, ?> translator, String version) {
        DigestWriter out = new DigestWriter();
        out.text("version " + version).text(LambdaCode.nameOf(translator.getClass()));
        return new Fingerprinted(text(out), List.of());
    }

    private static String text(DigestWriter out) {
        return "translator-sha256:" + HexFormat.of().formatHex(out.finish());
    }

    private static UnsupportedTranslatorException unreadable(
            Translator<?, ?> translator, RuntimeException cause) {
        return new UnsupportedTranslatorException(
                Problem.of(
                        "fingerprint of " + LambdaCode.nameOf(translator.getClass()),
                        "a translator whose settings can be read",
                        String.valueOf(
                                cause instanceof CacheException ? cause.getMessage() : cause),
                        "or say by optVersion(text) which version of the translator it is, and change the"
                                + " text when its settings change",
                        cause));
    }
}
