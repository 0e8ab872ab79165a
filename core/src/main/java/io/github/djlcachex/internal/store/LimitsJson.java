package io.github.djlcachex.internal.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.djlcachex.cache.LimitPolicy;
import io.github.djlcachex.internal.segment.ChecksummedJson;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.UnsupportedFormatException;

/**
 * The text of {@code limits.json}: one JSON object, whose last field is the CRC32C of the object
 * without it. A limit that is not set has no field.
 *
 * <pre>{"format":1,"maxBytes":1000000,"maxFiles":1000,"policy":"STOP","crc32c":"hex"}</pre>
 *
 * <p>A version that reads format 1 passes over fields that it does not know. What an older version
 * must not pass over needs a new format.
 */
final class LimitsJson {

    /** The most bytes of a text. */
    static final int MAX_BYTES = 4096;

    private static final int FORMAT = 1;
    private static final int MAX_TOKENS = 256;
    private static final int MAX_NESTING = 4;
    private static final String MAX_BYTES_FIELD = "maxBytes";
    private static final String MAX_FILES_FIELD = "maxFiles";

    private static final ChecksummedJson JSON =
            new ChecksummedJson(
                    MAX_NESTING, MAX_TOKENS, "set the limits again with CacheDirectory.setLimits");

    private LimitsJson() {}

    static String encode(DirectoryLimits limits) {
        ObjectNode node = JSON.newObject();
        node.put("format", FORMAT);
        if (limits.maxBytes() != DirectoryLimits.NONE) {
            node.put(MAX_BYTES_FIELD, limits.maxBytes());
        }
        if (limits.maxFiles() != DirectoryLimits.NONE) {
            node.put(MAX_FILES_FIELD, limits.maxFiles());
        }
        node.put("policy", limits.policy().name());
        return JSON.encode(node);
    }

    /**
     * Reads limits.
     *
     * @throws CorruptFileException if the text is not one that was written
     * @throws UnsupportedFormatException if a newer version wrote it
     */
    static DirectoryLimits decode(String text, String subject) {
        try {
            ObjectNode node = JSON.decode(text, subject);
            checkFormat(node, subject);
            return new DirectoryLimits(
                    limit(node, MAX_BYTES_FIELD, DirectoryLimits.MOST_BYTES),
                    limit(node, MAX_FILES_FIELD, DirectoryLimits.MOST_FILES),
                    LimitPolicy.valueOf(node.required("policy").asText()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw JSON.corrupt(subject, "limits", "text that is none: " + e.getMessage(), e);
        }
    }

    private static void checkFormat(ObjectNode node, String subject) {
        JsonNode format = node.required("format");
        if (!format.isIntegralNumber() || !format.canConvertToInt() || format.intValue() < 1) {
            throw new IllegalArgumentException("no format has the number " + format);
        }
        if (format.intValue() > FORMAT) {
            throw new UnsupportedFormatException(
                    Problem.of(
                            subject,
                            "format " + FORMAT,
                            "format " + format,
                            "a newer djlcachex wrote it: upgrade, or delete the file"));
        }
    }

    private static long limit(ObjectNode node, String field, long most) {
        JsonNode number = node.get(field);
        if (number == null) {
            return DirectoryLimits.NONE;
        }
        if (!number.isIntegralNumber() || !number.canConvertToLong()) {
            throw new IllegalArgumentException(field + " is no whole number of 64 bits");
        }
        long value = number.longValue();
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(field + " is not 1 to " + most + ": " + value);
        }
        return value;
    }
}
