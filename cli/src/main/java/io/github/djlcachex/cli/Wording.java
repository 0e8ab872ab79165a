package io.github.djlcachex.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** The words of the API in a message, as the options of the command are called. */
final class Wording {

    private static final Map<String, String> OPTIONS = new LinkedHashMap<>();

    static {
        OPTIONS.put("option columns", "option --columns");
        OPTIONS.put("with columns", "with --columns");
        OPTIONS.put("option idColumn", "option --id-column");
        OPTIONS.put("idColumn", "--id-column");
        OPTIONS.put("option ids", "option --ids");
        OPTIONS.put("with ids", "with --ids");
        OPTIONS.put("option keyType", "option --key-type");
        OPTIONS.put("key type UTF8", "--key-type utf8");
        OPTIONS.put("elementType", "--type");
        OPTIONS.put("variableRows(true)", "--variable-rows");
        OPTIONS.put("variableRows", "--variable-rows");
        OPTIONS.put("ExistingRows.KEEP", "--keep");
        OPTIONS.put("unnamedColumns", "--unnamed-columns");
        OPTIONS.put("rowsPerFile", "--rows-per-file");
        OPTIONS.put("overwrite replaces", "--overwrite replaces");
        OPTIONS.put("option olderThan", "option --older-than");
        OPTIONS.put("option expireAfterWrite", "option --expire-after");
        OPTIONS.put("option keepGenerations", "option --keep-generations");
        OPTIONS.put("option maxBytes", "option --max-bytes");
        OPTIONS.put("option maxFiles", "option --max-files");
    }

    /** Of the library, whose messages say what is wrong; Java's are paths alone. */
    private static final Pattern EXCEPTION =
            Pattern.compile("\\bio\\.github\\.djlcachex(?:\\.[a-z]\\w*)+\\.[A-Z]\\w*: ");

    private Wording() {}

    /** Returns a text without the names of the library's exceptions. */
    static String plain(String text) {
        return EXCEPTION.matcher(text).replaceAll("");
    }

    /**
     * Returns a message of the library with the command's words: "subject: expected this, found
     * that; advice". What was found is left alone, and so is a subject that is no option.
     */
    static String ofCommand(String message) {
        int subjectEnd = message.startsWith("option ") ? message.indexOf(':') : 0;
        int advice = message.indexOf("; ", Math.max(0, message.lastIndexOf(", found ")));
        if (subjectEnd < 0 || advice < subjectEnd) {
            return message;
        }
        return words(message.substring(0, subjectEnd))
                + message.substring(subjectEnd, advice)
                + words(message.substring(advice));
    }

    private static String words(String text) {
        String words = text;
        for (Map.Entry<String, String> option : OPTIONS.entrySet()) {
            words = words.replace(option.getKey(), option.getValue());
        }
        return words;
    }
}
