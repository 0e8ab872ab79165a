package io.github.djlcachex.djl.internal.ids;

import io.github.djlcachex.djl.internal.hash.RowHash;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.StringKeys;

import java.util.HexFormat;
import java.util.List;

/**
 * Replaces string ids that are longer than a key may be by their SHA-256.
 *
 * <p>No two ids become the same. A replacement starts with a prefix, and a given id with that
 * prefix, or with that of a content id, is replaced too.
 */
public final class LongIds {

    /** The prefix of a replacement. */
    public static final String PREFIX = "long-id:sha256:";

    private static final int MAX_UTF8_BYTES_A_CHARACTER = 3;

    private LongIds() {}

    /**
     * Returns keys of ids of any length.
     *
     * @throws io.github.djlcachex.row.InvalidKeyException if one of a legal length is no legal key
     */
    public static StringKeys keys(List<String> ids) {
        return Keys.ofStrings(ids.stream().map(LongIds::of).toList());
    }

    /** Returns an id that is short enough: the id itself, or its replacement. */
    static String of(String id) {
        return isTooLong(id) || isReserved(id) ? hashOf(id) : id;
    }

    private static boolean isReserved(String id) {
        return id.startsWith(PREFIX) || id.startsWith(InputHash.PREFIX);
    }

    private static boolean isTooLong(String id) {
        return id.length() > StringKeys.MAX_KEY_BYTES
                || (id.length() * MAX_UTF8_BYTES_A_CHARACTER > StringKeys.MAX_KEY_BYTES
                        && utf8Bytes(id) > StringKeys.MAX_KEY_BYTES);
    }

    private static int utf8Bytes(String id) {
        return id.codePoints().map(LongIds::utf8Bytes).sum();
    }

    private static int utf8Bytes(int codePoint) {
        if (codePoint < 0x80) {
            return 1;
        } else if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT ? 3 : 4;
    }

    private static String hashOf(String id) {
        RowHash hash = new RowHash();
        hash.text(id);
        return PREFIX + HexFormat.of().formatHex(hash.finishWhole());
    }
}
