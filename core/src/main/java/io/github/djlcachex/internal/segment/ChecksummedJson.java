package io.github.djlcachex.internal.segment;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The text of a small file: one JSON object, whose last field is the CRC32C of the object without
 * it. What an untrusted text may cost is bounded. Safe for use by many threads.
 */
public final class ChecksummedJson {

    private static final String CHECKSUM = "crc32c";

    private final JsonMapper mapper;
    private final String advice;

    /**
     * Creates the reader and writer of one kind of file.
     *
     * @param maxNesting how deep its values may be nested
     * @param maxTokens how many tokens it may have: a parsed one takes far more memory than its
     *     text
     * @param advice what to do about a file that is damaged, for messages
     */
    public ChecksummedJson(int maxNesting, int maxTokens, String advice) {
        this.mapper =
                JsonMapper.builder(
                                JsonFactory
                                        .builder() // buffers that a thread keeps keep our classes
                                        .recyclerPool(JsonRecyclerPools.nonRecyclingPool())
                                        .streamReadConstraints(
                                                StreamReadConstraints.builder()
                                                        .maxNestingDepth(maxNesting)
                                                        .maxTokenCount(maxTokens)
                                                        .build())
                                        .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .build();
        this.advice = advice;
    }

    /**
     * Creates an empty object.
     *
     * @return the object
     */
    public ObjectNode newObject() {
        return mapper.createObjectNode();
    }

    /**
     * Adds the checksum to an object.
     *
     * @param node the object, without a checksum
     * @return its text
     */
    public String encode(ObjectNode node) {
        node.put(CHECKSUM, checksum(node));
        return textOf(node);
    }

    /**
     * Reads a text, and holds it against its checksum.
     *
     * @param text the text
     * @param subject the file that it is from, for messages
     * @return the object, without its checksum
     * @throws JsonProcessingException if the text is no JSON within the bounds
     * @throws CorruptFileException if it is not what was written
     */
    public ObjectNode decode(String text, String subject) throws JsonProcessingException {
        JsonNode parsed = mapper.readTree(text);
        if (!(parsed instanceof ObjectNode node) || !node.path(CHECKSUM).isTextual()) {
            throw corrupt(subject, "a JSON object with a checksum", "none", null);
        }
        String stored = node.remove(CHECKSUM).textValue();
        String computed = checksum(node);
        if (!stored.equals(computed)) {
            throw corrupt(subject, "checksum " + computed, stored, null);
        }
        return node;
    }

    /**
     * Returns the exception for a file that is not what was written.
     *
     * @param subject the file
     * @param expected what it should be
     * @param found what it is
     * @param cause what shows it, or null
     * @return the exception
     */
    public CorruptFileException corrupt(
            String subject, String expected, String found, @Nullable Throwable cause) {
        return new CorruptFileException(Problem.of(subject, expected, found, advice, cause));
    }

    /** The text that {@code toString} gives, without the buffers that it keeps for the thread. */
    private String textOf(ObjectNode node) {
        try {
            return mapper.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree has a text", e);
        }
    }

    private String checksum(ObjectNode node) {
        int crc = Crc32c.of(textOf(node).getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%08x", crc);
    }
}
