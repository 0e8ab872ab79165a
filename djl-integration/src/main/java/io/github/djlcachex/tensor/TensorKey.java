package io.github.djlcachex.tensor;

import io.github.djlcachex.djl.internal.hash.DigestWriter;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The attributes that name an entry of a {@link TensorCache}, such as a run and a step.
 *
 * <p>A value is a text, an integer, a floating-point number or a truth value. The order in which
 * attributes are given does not matter. An integer differs from a floating-point number of the same
 * value, and a text from both. A {@code float} counts as the {@code double} of its value.
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class TensorKey {

    private static final String NAME = "name";

    private final Map<String, Object> attributes;
    private final String text;
    private final String digest;

    private TensorKey(Map<String, Object> attributes) {
        this.attributes = Collections.unmodifiableMap(attributes);
        this.text = Json.write(attributes);
        this.digest = HexFormat.of().formatHex(new DigestWriter().text(text).finish());
    }

    /**
     * Returns a key of one attribute, {@code name}.
     *
     * @param name its value
     * @return the key
     */
    public static TensorKey of(String name) {
        return of(Collections.singletonMap(NAME, name));
    }

    /**
     * Returns a key of several attributes.
     *
     * @param attributes the attributes, one at least
     * @return the key
     * @throws InvalidKeyException if there is none, or a name or value is none that is supported
     */
    public static TensorKey of(Map<String, ?> attributes) {
        if (attributes == null || attributes.isEmpty()) {
            throw refused("attributes", "one at least", attributes == null ? "null" : "none");
        }
        TreeMap<String, Object> checked = new TreeMap<>();
        attributes.forEach((name, value) -> checked.put(checkedName(name), checked(name, value)));
        return new TensorKey(checked);
    }

    /**
     * Returns a key with one more attribute, or with another value of one.
     *
     * @param name the name of the attribute
     * @param value its value
     * @return the key
     * @throws InvalidKeyException if the name or the value is none that is supported
     */
    public TensorKey with(String name, Object value) {
        TreeMap<String, Object> more = new TreeMap<>(attributes);
        more.put(checkedName(name), checked(name, value));
        return new TensorKey(more);
    }

    private static String checkedName(@Nullable String name) {
        if (name == null || name.isBlank()) {
            throw refused("name of an attribute", "a text", name == null ? "null" : "a blank");
        }
        return checkedText(name, name);
    }

    private static Object checked(String name, @Nullable Object value) {
        if (value instanceof String given) {
            return checkedText(name, given);
        } else if (value instanceof Boolean) {
            return value;
        } else if (value instanceof Byte
                || value instanceof Short
                || value instanceof Integer
                || value instanceof Long) {
            return ((Number) value).longValue();
        } else if (value instanceof Float || value instanceof Double) {
            double number = ((Number) value).doubleValue();
            if (Double.isFinite(number)) {
                return number + 0.0; // minus zero is zero
            }
        }
        String found = value == null ? "null" : value + " of " + value.getClass().getName();
        throw refused("attribute '" + name + "'", "a text, finite number or truth value", found);
    }

    private static String checkedText(String name, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean isPair =
                        i + 1 < text.length()
                                && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!isPair) {
                    throw refused("attribute '" + name + "'", "Unicode", "half a character");
                }
                i++;
            }
        }
        return text;
    }

    private static InvalidKeyException refused(String subject, String expected, String found) {
        return new InvalidKeyException(
                Problem.of(subject, expected, found, "change the key of the entry"));
    }

    /**
     * Returns the attributes.
     *
     * @return the attributes by name, in order; integers as Long, other numbers as Double
     */
    public Map<String, Object> attributes() {
        return attributes;
    }

    /**
     * Returns the value of an attribute.
     *
     * @param name its name
     * @return its value, or empty if the key does not have it
     */
    public Optional<Object> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    /**
     * Returns the attributes as text: JSON, in the order of their names.
     *
     * @return the text, which is the same for equal keys alone
     */
    public String text() {
        return text;
    }

    /** Returns the SHA-256 of the text in hexadecimal digits. */
    String digest() {
        return digest;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TensorKey key && key.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
