package io.github.djlcachex.djl.internal;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * RowCost is what a row costs to compute, and where that was measured. It is kept as a note beside
 * the rows, one value a line, so that a run of hits alone knows what they saved.
 *
 * @param nanosPerRow the time of a row in nanoseconds
 * @param rows the rows that it was measured over
 * @param device the device, such as {@code cpu()}
 * @param host the name of the host
 */
public record RowCost(double nanosPerRow, long rows, String device, String host) {

    /** The name of the note. */
    public static final String NOTE = "row cost";

    /** Returns the text of the note. */
    public String toNote() {
        return "nanosPerRow="
                + nanosPerRow
                + "\nrows="
                + rows
                + "\ndevice="
                + oneLine(device)
                + "\nhost="
                + oneLine(host)
                + "\n";
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}=]", " ");
    }

    /** Returns what a note says, or nothing if it does not say it as {@link #toNote} does. */
    public static Optional<RowCost> ofNote(String note) {
        try {
            Map<String, String> values =
                    note.lines()
                            .map(line -> line.split("=", 2))
                            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
            Function<String, String> value = name -> values.getOrDefault(name, "");
            double nanos = Double.parseDouble(value.apply("nanosPerRow"));
            long rows = Long.parseLong(value.apply("rows"));
            return nanos > 0 && nanos < Double.POSITIVE_INFINITY && rows > 0
                    ? Optional.of(
                            new RowCost(nanos, rows, value.apply("device"), value.apply("host")))
                    : Optional.empty();
        } catch (IllegalStateException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty(); // another version's, or damaged: a hint that is missing
        }
    }
}
