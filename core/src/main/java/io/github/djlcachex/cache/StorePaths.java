package io.github.djlcachex.cache;

import io.github.djlcachex.io.Storage;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.segment.Discarded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The directories of a generation.
 *
 * <p>A module's directory is a readable prefix of its id and a hash of all of it, so that no id can
 * leave the cache directory and no two ids share one. A generation's is a hash of the fingerprint.
 *
 * @param module the module's directory
 * @param generation the generation's directory
 */
record StorePaths(Path module, Path generation) {

    private static final String CHECKPOINT = "checkpoint";

    private static final int MAX_ID_LENGTH = 4096;
    private static final int PREFIX_LENGTH = 40;
    private static final int HASH_LENGTH = 16;

    static StorePaths of(Path directory, String moduleId, String fingerprint) {
        if (moduleId.isBlank() || moduleId.length() > MAX_ID_LENGTH) {
            throw new InvalidOptionException(
                    "option moduleId",
                    "1 to " + MAX_ID_LENGTH + " characters that are not all blank",
                    moduleId.length() + " characters",
                    "name the extractor, for instance 'resnet18-imagenet'");
        }
        if (fingerprint.length() > MAX_ID_LENGTH) {
            throw new InvalidOptionException(
                    "option fingerprint",
                    "at most " + MAX_ID_LENGTH + " characters",
                    fingerprint.length() + " characters",
                    "give a hash of it instead");
        }
        checkText("moduleId", moduleId);
        checkText("fingerprint", fingerprint);
        String prefix = moduleId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        String readable = prefix.substring(0, Math.min(PREFIX_LENGTH, prefix.length()));
        Path module = directory.resolve("m-" + readable + "-" + hash(moduleId));
        return new StorePaths(module, module.resolve("g-" + hash(fingerprint)));
    }

    /** Two lone surrogates would be one in UTF-8, and so two ids one module. */
    private static void checkText(String option, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new InvalidOptionException(
                    "option " + option,
                    "well-formed Unicode",
                    "a lone surrogate",
                    "use valid text");
        }
    }

    Path segments() {
        return generation.resolve("segments");
    }

    /** Where a repair puts damaged segments. */
    Path damaged() {
        return generation.resolve("damaged");
    }

    /** Where the checkpoint of the index is. */
    Path index() {
        return generation.resolve("index");
    }

    /** Where the notes are. */
    Path notes() {
        return generation.resolve("notes");
    }

    Path checkpoint() {
        return index().resolve(CHECKPOINT);
    }

    boolean hasCheckpoint(Storage storage) throws IOException {
        return storage.list(index()).contains(CHECKPOINT);
    }

    void deleteCheckpoint(Storage storage) throws IOException {
        if (hasCheckpoint(storage)) {
            Discarded.delete(storage, checkpoint());
        }
    }

    static boolean isGenerationName(String name) {
        return name.matches("g-[0-9a-f]{" + HASH_LENGTH + "}");
    }

    private static String hash(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_16LE));
            return HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
