package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.ProcessIdentity;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What tells one writer from every other: its process, and bits drawn when its store was opened.
 *
 * @param process the process
 * @param random the bits
 */
public record WriterId(ProcessIdentity process, int random) {

    private static final Pattern GRAMMAR =
            Pattern.compile(
                    "h([0-9a-f]{8})_b([0-9a-f]{8})_n([0-9]{1,18})_p([0-9]{1,18})"
                            + "_s([0-9]{1,18})_r([0-9a-f]{8})");

    /**
     * Draws the identity of a new writer in this process.
     *
     * @return the identity
     */
    public static WriterId draw() {
        return new WriterId(ProcessIdentity.current(), new SecureRandom().nextInt());
    }

    /**
     * Reads the text of an identity.
     *
     * @param text what {@link #toString} gave
     * @return the identity, or empty if the text is none
     */
    public static Optional<WriterId> parse(String text) {
        Matcher matcher = GRAMMAR.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        ProcessIdentity process =
                new ProcessIdentity(
                        Integer.parseUnsignedInt(matcher.group(1), 16),
                        Integer.parseUnsignedInt(matcher.group(2), 16),
                        Long.parseLong(matcher.group(3)),
                        Long.parseLong(matcher.group(4)),
                        Long.parseLong(matcher.group(5)));
        return Optional.of(new WriterId(process, Integer.parseUnsignedInt(matcher.group(6), 16)));
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of(); // listings make a name for each file, often in a new JVM
        return "h"
                + hex.toHexDigits(process.host())
                + "_b"
                + hex.toHexDigits(process.boot())
                + "_n"
                + process.namespace()
                + "_p"
                + process.pid()
                + "_s"
                + process.start()
                + "_r"
                + hex.toHexDigits(random);
    }
}
