package io.github.djlcachex.djl;

/** Formats ids for messages. */
final class Ids {

    private static final int MAX_CHARACTERS = 100;

    private Ids() {}

    /** Returns an id as one line of bounded length. */
    static String text(Object id) {
        String text = String.valueOf(id).replaceAll("\\p{Cntrl}", "?");
        return text.length() <= MAX_CHARACTERS
                ? text
                : text.substring(0, MAX_CHARACTERS) + "... (" + text.length() + " characters)";
    }
}
