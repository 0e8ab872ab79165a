package io.github.djlcachex.internal.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.djlcachex.cache.LimitPolicy;
import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

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
    private static final String CHECKSUM = "crc32c";
    private static final String MAX_BYTES_FIELD = "maxBytes";
    private static final String MAX_FILES_FIELD = "maxFiles";

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder() // buffers that a thread keeps keep our classes
                                    .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_NESTING)
                                .maxTokenCount(MAX_TOKENS)
                                .build());
    }

    private LimitsJson() {}

    static String encode(DirectoryLimits limits) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("format", FORMAT);
        if (limits.maxBytes() != DirectoryLimits.NONE) {
            node.put(MAX_BYTES_FIELD, limits.maxBytes());
        }
        if (limits.maxFiles() != DirectoryLimits.NONE) {
            node.put(MAX_FILES_FIELD, limits.maxFiles());
        }
        node.put("policy", limits.policy().name());
        node.put(CHECKSUM, checksum(node));
        return textOf(node);
    }

    /**
     * Reads limits.
     *
     * @throws CorruptFileException if the text is not one that was written
     * @throws UnsupportedFormatException if a newer version wrote it
     */
    static DirectoryLimits decode(String text, String subject) {
        try {
            JsonNode parsed = MAPPER.readTree(text);
            if (!(parsed instanceof ObjectNode node) || !node.path(CHECKSUM).isTextual()) {
                throw corrupt(subject, "a JSON object with a checksum", "none", null);
            }
            String stored = node.remove(CHECKSUM).textValue();
            String computed = checksum(node);
            if (!stored.equals(computed)) {
                throw corrupt(subject, "checksum " + computed, stored, null);
            }
            checkFormat(node, subject);
            return new DirectoryLimits(
                    limit(node, MAX_BYTES_FIELD, DirectoryLimits.MOST_BYTES),
                    limit(node, MAX_FILES_FIELD, DirectoryLimits.MOST_FILES),
                    LimitPolicy.valueOf(node.required("policy").asText()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw corrupt(subject, "limits", "text that is none: " + e.getMessage(), e);
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

    /** The text that {@code toString} gives, without the buffers that it keeps for the thread. */
    private static String textOf(ObjectNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree has a text", e);
        }
    }

    private static String checksum(ObjectNode node) {
        int crc = Crc32c.of(textOf(node).getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc);
    }

    private static CorruptFileException corrupt(
            String subject, String expected, String found, @Nullable Throwable cause) {
        return new CorruptFileException(
                Problem.of(
                        subject,
                        expected,
                        found,
                        "set the limits again with CacheDirectory.setLimits",
                        cause));
    }
}
