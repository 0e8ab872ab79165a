package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Discarded;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.Problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/**
 * The directories of a generation.
 *
 * <p>A module's directory is a readable prefix of its id and a hash of all of it, so that no id can
 * leave the cache directory and no two ids share one. A generation's is a hash of the fingerprint.
 *
 * @param module the module's directory
 * @param generation the generation's directory
 */
public record StorePaths(Path module, Path generation) {

    static final String SEGMENTS = "segments";
    static final String INDEX = "index";
    static final String NOTES = "notes";
    static final String DAMAGED = "damaged";
    static final String DELETIONS = "deletions";
    static final String TRASH = "trash";
    static final String OPEN = "open";
    static final String SNAPSHOT = "checkpoint";

    private static final int MAX_ID_LENGTH = 4096;
    private static final int PREFIX_LENGTH = 40;
    private static final int HASH_LENGTH = 16;

    public static StorePaths of(Path directory, String moduleId, String fingerprint) {
        if (moduleId.isBlank() || moduleId.length() > MAX_ID_LENGTH) {
            throw new InvalidOptionException(
                    Problem.of(
                            "option moduleId",
                            "1 to " + MAX_ID_LENGTH + " characters that are not all blank",
                            moduleId.length() + " characters",
                            "name the extractor, for instance 'resnet18-imagenet'"));
        }
        if (fingerprint.length() > MAX_ID_LENGTH) {
            throw new InvalidOptionException(
                    Problem.of(
                            "option fingerprint",
                            "at most " + MAX_ID_LENGTH + " characters",
                            fingerprint.length() + " characters",
                            "give a hash of it instead"));
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
                    Problem.of(
                            "option " + option,
                            "well-formed Unicode",
                            "a lone surrogate",
                            "use valid text"));
        }
    }

    public Path segments() {
        return generation.resolve(SEGMENTS);
    }

    /** Where a repair puts damaged segments. */
    public Path damaged() {
        return generation.resolve(DAMAGED);
    }

    /** Where the tombstones are. */
    public Path deletions() {
        return generation.resolve("deletions");
    }

    /** Where a compaction has its claim, and files that it replaced but others may read. */
    public Path trash() {
        return generation.resolve(TRASH);
    }

    /** Where the index snapshot is. */
    public Path index() {
        return generation.resolve(INDEX);
    }

    /** Where the notes are. */
    public Path notes() {
        return generation.resolve(NOTES);
    }

    /** Where the marks of the stores are that write. */
    Path open() {
        return generation.resolve(OPEN);
    }

    /** The cache directory. */
    Path root() {
        return Objects.requireNonNull(module.toAbsolutePath().getParent());
    }

    public Path snapshot() {
        return index().resolve(SNAPSHOT);
    }

    public boolean hasSnapshot(Storage storage) throws IOException {
        return storage.list(index()).contains(SNAPSHOT);
    }

    void deleteSnapshot(Storage storage) throws IOException {
        if (hasSnapshot(storage)) {
            Discarded.delete(storage, snapshot());
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
