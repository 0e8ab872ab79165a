package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.djl.internal.engine.ArrayTypes;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.regex.Pattern;

/**
 * Remembers the shapes and types of inputs for which the wrapped block gives rows like the cached
 * ones.
 *
 * <p>A batch of hits does not run the block. So nothing else would notice that its inputs are
 * longer than those of the cached rows. A note in the cache keeps what is known, so that the next
 * process need not run the block for it.
 */
final class KnownInputs {

    /** The name of the note, which has a line for each signature. */
    static final String NOTE = "inputs";

    private static final int MAX_KNOWN = 4_096;
    private static final int MAX_NOTE_CHARACTERS = 60_000;

    /** Stands for each dimension of inputs whose length does not decide. */
    private static final long ANY = -1;

    private final boolean anyLength;
    private final Map<FeatureCache, Known> known = new WeakHashMap<>();
    private volatile @Nullable Signature last;

    /**
     * The signatures that are known for the rows of a cache.
     *
     * @param schema the columns of the rows; the user may give them up, and all that is known of
     *     them
     * @param texts the signatures of inputs
     */
    private record Known(@Nullable RowSchema schema, Set<String> texts) {}

    /**
     * Creates what is known.
     *
     * @param anyLength whether rows have lengths of their own, so that those of inputs say nothing
     */
    KnownInputs(boolean anyLength) {
        this.anyLength = anyLength;
    }

    /** Tells whether the block is known to give such rows for these inputs. */
    boolean contains(FeatureCache cache, NDList inputs) {
        Signature latest = last;
        if (latest != null && latest.isOf(cache, inputs)) {
            return true;
        }
        Signature signature = signatureOf(cache, inputs);
        synchronized (this) {
            boolean contains = textsOf(cache).contains(signature.text());
            if (contains) {
                last = signature;
            }
            return contains;
        }
    }

    /** Tells the same for inputs of these shapes and any types. */
    synchronized boolean containsShapes(FeatureCache cache, Shape[] inputs) {
        StringBuilder shapes = new StringBuilder();
        for (Shape input : inputs) {
            shapes.append("[A-Z0-9_]+")
                    .append(Pattern.quote(rowShape(input).toString()))
                    .append(' ');
        }
        Pattern pattern = Pattern.compile(shapes.toString().strip());
        return textsOf(cache).stream().anyMatch(text -> pattern.matcher(text).matches());
    }

    private List<Long> rowShape(Shape shape) {
        return Arrays.stream(shape.getShape())
                .skip(1)
                .map(length -> anyLength ? ANY : length)
                .boxed()
                .toList();
    }

    private Signature signatureOf(FeatureCache cache, NDList inputs) {
        List<DataType> types = new ArrayList<>(inputs.size());
        List<List<Long>> shapes = new ArrayList<>(inputs.size());
        for (NDArray input : inputs) {
            types.add(ArrayTypes.orUnknown(input));
            shapes.add(rowShape(input.getShape()));
        }
        return new Signature(cache, cache.schema().orElse(null), types, shapes);
    }

    /** Records that the block gives rows like the cached ones for these inputs. */
    void add(FeatureCache cache, NDList inputs) {
        if (!contains(cache, inputs)) {
            add(cache, signatureOf(cache, inputs));
        }
    }

    private synchronized void add(FeatureCache cache, Signature signature) {
        Set<String> texts = textsOf(cache);
        if (texts.size() < MAX_KNOWN && texts.add(signature.text())) {
            // texts have many lengths: the note is not written for each of them
            boolean due = Integer.bitCount(texts.size()) == 1;
            String note = String.join("\n", texts);
            if (due && note.length() <= MAX_NOTE_CHARACTERS) {
                cache.putNote(NOTE, note);
            }
        }
    }

    private Set<String> textsOf(FeatureCache cache) {
        RowSchema schema = cache.schema().orElse(null);
        Known present = known.get(cache);
        if (present == null || !Objects.equals(present.schema, schema)) {
            Set<String> texts = new LinkedHashSet<>();
            cache.note(NOTE).ifPresent(note -> texts.addAll(note.lines().toList()));
            present = new Known(schema, texts);
            known.put(cache, present);
        }
        return present.texts;
    }

    /**
     * The types and shapes of a batch's inputs, without the number of rows.
     *
     * @param cache the cache of the rows, another one for other weights and calls
     * @param schema the columns of the rows
     * @param types a type for each input
     * @param shapes the dimensions of each input behind the first
     */
    private record Signature(
            FeatureCache cache,
            @Nullable RowSchema schema,
            List<DataType> types,
            List<List<Long>> shapes) {

        String text() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < types.size(); i++) {
                text.append(types.get(i).name()).append(shapes.get(i)).append(' ');
            }
            return text.toString().strip();
        }

        /** Compares like equals, without an allocation for each batch. */
        boolean isOf(FeatureCache other, NDList inputs) {
            if (cache != other
                    || types.size() != inputs.size()
                    || !Objects.equals(schema, cache.schema().orElse(null))) {
                return false;
            }
            for (int i = 0; i < inputs.size(); i++) {
                NDArray input = inputs.get(i);
                if (types.get(i) != ArrayTypes.orUnknown(input)
                        || !isRowShape(shapes.get(i), input)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isRowShape(List<Long> row, NDArray input) {
            long[] shape = input.getShape().getShape();
            if (Math.max(0, shape.length - 1) != row.size()) {
                return false;
            }
            for (int d = 1; d < shape.length; d++) {
                if (row.get(d - 1) != ANY && row.get(d - 1) != shape[d]) {
                    return false;
                }
            }
            return true;
        }
    }
}
