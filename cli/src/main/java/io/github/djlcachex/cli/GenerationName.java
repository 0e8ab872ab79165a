package io.github.djlcachex.cli;

import io.github.djlcachex.cache.GenerationInfo;

import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A GenerationName is what people and scripts call a generation: the module id, an @, and the start
 * of the hash in its directory's name.
 *
 * @param generation the generation
 */
record GenerationName(GenerationInfo generation) {

    private static final int SHORT = 8;
    private static final int LEAST = 4;
    private static final Pattern SAFE = Pattern.compile("[\\w.:/+=][\\w.:/+=@-]*");

    /** The module id, or the name of the module's directory where no file tells it. */
    String module() {
        return generation.moduleId().orElseGet(this::moduleDirectory);
    }

    private String moduleDirectory() {
        Path module = Objects.requireNonNull(generation.directory().getParent());
        return String.valueOf(module.getFileName());
    }

    /** The hash in the directory's name. */
    String hash() {
        return String.valueOf(generation.directory().getFileName()).substring("g-".length());
    }

    /** Tells whether a shell takes the name for one word. */
    boolean isOneWord() {
        return SAFE.matcher(module()).matches();
    }

    /**
     * The name that the directories of module and generation give, which is one word and its own.
     */
    String ofDirectories() {
        return moduleDirectory() + "@" + hash();
    }

    private String shortHash() {
        return hash().substring(0, SHORT);
    }

    /** Tells whether a name means this generation. */
    boolean matches(String name) {
        return isModule(name) || isGeneration(name);
    }

    /** Tells whether a name is that of the module alone. */
    boolean isModule(String name) {
        return name.equals(module()) || name.equals(moduleDirectory());
    }

    private boolean isGeneration(String name) {
        int at = name.lastIndexOf('@');
        String prefix = name.substring(at + 1);
        return at > 0
                && isModule(name.substring(0, at))
                && prefix.length() >= LEAST
                && hash().startsWith(prefix);
    }

    /** The start of the fingerprint, as far as it tells versions apart. */
    String fingerprintStart() {
        String fingerprint = generation.fingerprint().orElse("");
        int end = Math.min(SHORT, fingerprint.codePointCount(0, fingerprint.length()));
        return fingerprint.substring(0, fingerprint.offsetByCodePoints(0, end));
    }

    @Override
    public String toString() {
        return module() + "@" + shortHash();
    }
}
