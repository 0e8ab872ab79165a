package io.github.djlcachex.tensor;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.RowShapes;
import io.github.djlcachex.row.StringKeys;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import java.util.stream.IntStream;

/**
 * The rows of entries: a head with a text, or a chunk with bytes.
 *
 * <p>A head's key is {@code digest@version}, a chunk's {@code digest#token#number}. Rows are facts:
 * the first one of a key stays. So a chunk belongs to one put, by the token, and what is put or
 * removed again is another version.
 */
final class EntryRows {

    private static final RowSchema SCHEMA =
            RowSchema.of(Column.ofStrings("meta"), Column.ofBinary("data"));
    private static final int HEADS_AT_A_TIME = 256;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final FeatureCache cache;

    EntryRows(FeatureCache cache) {
        this.cache = cache;
    }

    static String headKey(String digest, long version) {
        return digest + "@" + version;
    }

    static String chunkKey(Head head, int chunk) {
        return head.key().digest() + "#" + head.token() + "#" + chunk;
    }

    /** Stores a head, unless there is one of the version. */
    PutResult putHead(String digest, long version, String text) {
        return put(
                headKey(digest, version),
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)),
                NOTHING);
    }

    /** Stores a chunk: the bytes from the buffer's position to its limit. */
    boolean putChunk(Head head, int chunk, ByteBuffer bytes) {
        return put(chunkKey(head, chunk), NOTHING, bytes).stored() == 1;
    }

    private PutResult put(String key, ByteBuffer text, ByteBuffer bytes) {
        RowShapes shapes = shapes(text.remaining(), bytes.remaining());
        return cache.put(Keys.of(key), RowBatch.wrap(shapes, text, bytes));
    }

    private static RowShapes shapes(int textBytes, int dataBytes) {
        return RowShapes.builder(SCHEMA).add(new int[] {textBytes}, new int[] {dataBytes}).build();
    }

    /** Fills a buffer with a chunk, or returns false if it is not there, or of another size. */
    boolean readChunk(Head head, int chunk, ByteBuffer into) {
        RowBatch batch = RowBatch.wrap(shapes(0, into.remaining()), NOTHING, into);
        return cache.gather(Keys.of(chunkKey(head, chunk)), batch).isComplete();
    }

    /** Shows the entry and the version of each head that is there. Reads all keys. */
    void eachVersion(ObjLongConsumer<String> version) {
        if (cache.keys() instanceof StringKeys keys) {
            for (int i = 0; i < keys.size(); i++) {
                String key = keys.get(i);
                int at = key.indexOf('@');
                if (at > 0) {
                    version.accept(key.substring(0, at), Long.parseLong(key.substring(at + 1)));
                }
            }
        }
    }

    /** Returns the text of a head; empty if its row is damaged or none. */
    Optional<String> head(String key) {
        return heads(List.of(key)).get(0);
    }

    /** Returns the texts of some heads; empty where a row is damaged or none. */
    List<Optional<String>> heads(List<String> keys) {
        List<Optional<String>> heads = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += HEADS_AT_A_TIME) {
            int to = Math.min(keys.size(), from + HEADS_AT_A_TIME);
            heads.addAll(readHeads(Keys.ofStrings(keys.subList(from, to))));
        }
        return heads;
    }

    private List<Optional<String>> readHeads(StringKeys keys) {
        RowShapes shapes = cache.shapes(keys).orElse(null);
        if (shapes == null) {
            return IntStream.range(0, keys.size()).mapToObj(i -> Optional.<String>empty()).toList();
        }
        RowBatch rows = RowBatch.allocateOnHeap(shapes);
        Set<Integer> missing = new HashSet<>();
        Arrays.stream(cache.gather(keys, rows).missing()).forEach(missing::add);
        return IntStream.range(0, keys.size())
                .mapToObj(i -> Optional.ofNullable(missing.contains(i) ? null : text(rows, i)))
                .toList();
    }

    private static @Nullable String text(RowBatch rows, int row) {
        return StandardCharsets.UTF_8.decode(rows.column(0).row(row)).toString();
    }

    /** Tells whether all chunks of an entry are there, by the index alone. */
    boolean hasChunks(Head head) {
        String[] keys = new String[head.chunks()];
        Arrays.setAll(keys, chunk -> chunkKey(head, chunk));
        return keys.length == 0 || cache.missing(Keys.of(keys)).length == 0;
    }
}
