package io.github.djlcachex.internal.segment;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a segment: its writer and a sequence number that the writer uses once.
 *
 * @param writer the writer
 * @param sequence the number, from 0
 */
public record SegmentName(WriterId writer, long sequence) {

    /** The suffix of a committed segment. */
    public static final String COMMITTED = ".arrow";

    /** The suffix of a file that is being written. */
    public static final String TEMPORARY = ".tmp";

    private static final int DIGITS = 8;
    private static final Pattern GRAMMAR = Pattern.compile("(\\w+)-([0-9]{8,18})\\.(arrow|tmp)");

    /**
     * Reads the name of a file of the segments directory.
     *
     * @param fileName the file's name
     * @param suffix {@link #COMMITTED} or {@link #TEMPORARY}
     * @return the name, or empty if the file is none of ours
     */
    public static Optional<SegmentName> parse(String fileName, String suffix) {
        Matcher matcher = GRAMMAR.matcher(fileName);
        if (!fileName.endsWith(suffix) || !matcher.matches()) {
            return Optional.empty();
        }
        return WriterId.parse(matcher.group(1))
                .map(writer -> new SegmentName(writer, Long.parseLong(matcher.group(2))))
                .filter(name -> (name + suffix).equals(fileName));
    }

    /**
     * Returns the name of the committed file.
     *
     * @return the file name
     */
    public String committedFile() {
        return this + COMMITTED;
    }

    /**
     * Returns the name of the file while it is written.
     *
     * @return the file name
     */
    public String temporaryFile() {
        return this + TEMPORARY;
    }

    @Override
    public String toString() {
        String digits = Long.toString(sequence);
        return writer + "-" + "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
    }
}
