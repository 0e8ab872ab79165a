package io.github.djlcachex.djl.internal.fingerprint;

import ai.djl.util.PairList;

import io.github.djlcachex.djl.UnsupportedBlockException;
import io.github.djlcachex.djl.internal.engine.Hidden;
import io.github.djlcachex.djl.internal.hash.Buffers;
import io.github.djlcachex.djl.internal.hash.DigestWriter;
import io.github.djlcachex.row.Problem;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.stream.IntStream;

/**
 * Digests what a Hugging Face tokenizer does, since Java cannot read its vocabulary and rules.
 *
 * <p>The digest asks for every token of the vocabulary and then encodes texts. Words made of two
 * tokens show the order of merges and the scores. The characters of the basic plane and some others
 * show normalization and splitting. A pair, a long text and texts of two lengths show special
 * tokens, truncation and padding. The class is found by name, as not every user has it.
 */
final class Tokenizers {

    private static final String NAME = "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer";

    private static final int BLOCK_IDS = 4_096;
    private static final int MAX_IDS = 4_000_000;

    /** The largest number of words to encode; they are spread over a larger vocabulary. */
    private static final int MAX_WORDS = 50_000;

    private static final int WORDS_A_TEXT = 16;
    private static final int CHARACTERS_A_TEXT = 64;
    private static final int TEXTS_A_BATCH = 256;
    // ideographs, syllables and private use: tens of thousands that are treated alike
    private static final int FIRST_ALIKE = 0x3400;
    private static final int LAST_ALIKE = 0xF8FF;
    private static final int STEP_ALIKE = 16;

    private static final int FIRST_EMOJI = 0x1F300;
    private static final int LAST_EMOJI = 0x1FAFF;
    private static final String LONG_TEXT = "a long text of many words ".repeat(120);

    private static final List<String> OF_ENCODING =
            List.of("getIds", "getTypeIds", "getTokens", "getAttentionMask", "getSpecialTokenMask");

    private static final Map<Object, byte[]> KNOWN =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final Object tokenizer;
    private final DigestWriter out = new DigestWriter();

    private Tokenizers(Object tokenizer) {
        this.tokenizer = tokenizer;
    }

    static boolean isTokenizer(Class<?> type) {
        return type.getName().equals(NAME);
    }

    /**
     * Adds what a tokenizer does. This takes some tenths of a second, once for each object.
     *
     * @throws UnsupportedBlockException if it cannot be asked, as one that is closed
     */
    static void add(DigestWriter out, String path, Object tokenizer) {
        byte[] known = KNOWN.get(tokenizer); // a tokenizer is immutable
        if (known == null) {
            try {
                known = new Tokenizers(tokenizer).digest();
            } catch (ReflectiveOperationException e) {
                throw new UnsupportedBlockException(
                        Problem.of(
                                "fingerprint of " + path,
                                "a tokenizer that can be asked for its vocabulary",
                                String.valueOf(e.getCause() == null ? e : e.getCause()),
                                "give an open tokenizer, or optVersion(text)",
                                e));
            }
            KNOWN.put(tokenizer, known);
        }
        out.text("tokenizer").bytes(known);
    }

    private byte[] digest() throws ReflectiveOperationException {
        List<String> tokens = tokens();
        out.number(tokens.size());
        tokens.forEach(out::text);
        encode(words(tokens), WORDS_A_TEXT, " ");
        encode(characters(), CHARACTERS_A_TEXT, "");
        addAll(new String[] {"a", "two texts of two lengths", ""});
        addAll(new String[] {LONG_TEXT});
        addPair();
        return out.finish();
    }

    /** Returns the texts of all ids, up to a long range without any. */
    private List<String> tokens() throws ReflectiveOperationException {
        List<String> tokens = new ArrayList<>();
        while (tokens.size() < MAX_IDS) {
            long[][] ids = new long[BLOCK_IDS][];
            for (int i = 0; i < BLOCK_IDS; i++) {
                ids[i] = new long[] {tokens.size() + i};
            }
            Object decoded =
                    call("batchDecode", new Class<?>[] {long[][].class, boolean.class}, ids, false);
            List<String> block = Arrays.asList((String[]) Objects.requireNonNull(decoded));
            if (block.stream().allMatch(String::isEmpty)) {
                return tokens;
            }
            tokens.addAll(block);
        }
        return tokens;
    }

    private static List<String> words(List<String> tokens) {
        int step = Math.max(1, tokens.size() / MAX_WORDS);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i += step) {
            // some vocabularies mark a token that continues a word
            String second = tokens.get((int) (i * 7919L % tokens.size())).replace("##", "");
            words.add(tokens.get(i) + second);
        }
        return words;
    }

    private static List<String> characters() {
        // not filtered by assignment, which differs between versions of Java
        return IntStream.concat(
                        IntStream.rangeClosed(1, Character.MAX_VALUE),
                        IntStream.rangeClosed(FIRST_EMOJI, LAST_EMOJI))
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .filter(c -> c < FIRST_ALIKE || c > LAST_ALIKE || c % STEP_ALIKE == 0)
                .mapToObj(Character::toString)
                .toList();
    }

    private void encode(List<String> parts, int partsOfText, String separator)
            throws ReflectiveOperationException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < parts.size(); i += partsOfText) {
            List<String> some = parts.subList(i, Math.min(parts.size(), i + partsOfText));
            texts.add(String.join(separator, some));
        }
        for (int i = 0; i < texts.size(); i += TEXTS_A_BATCH) {
            List<String> some = texts.subList(i, Math.min(texts.size(), i + TEXTS_A_BATCH));
            addAll(some.toArray(String[]::new));
        }
    }

    private void addAll(String[] texts) throws ReflectiveOperationException {
        Class<?>[] types = {String[].class, boolean.class, boolean.class};
        addEncodings(call("batchEncode", types, texts, true, true));
    }

    private void addPair() throws ReflectiveOperationException {
        PairList<String, String> pair = new PairList<>();
        pair.add("one text", "and another one");
        pair.add("one text", LONG_TEXT);
        Class<?>[] types = {PairList.class, boolean.class, boolean.class};
        addEncodings(call("batchEncode", types, pair, true, true));
    }

    private void addEncodings(Object encodings) throws ReflectiveOperationException {
        int count = Array.getLength(encodings);
        out.number(count);
        for (int i = 0; i < count; i++) {
            Object encoding = Array.get(encodings, i);
            for (String part : OF_ENCODING) {
                addNumbersOrTexts(Objects.requireNonNull(Hidden.answer(encoding, part)));
            }
            addEncodings(Objects.requireNonNull(Hidden.answer(encoding, "getOverflowing")));
        }
    }

    private void addNumbersOrTexts(Object array) {
        if (array instanceof String[] texts) {
            out.number(texts.length);
            Arrays.stream(texts).forEach(out::text);
        } else {
            out.bytes(Buffers.bytesOfArray(array));
        }
    }

    private Object call(String name, Class<?>[] types, Object... arguments)
            throws ReflectiveOperationException {
        try {
            Object answer =
                    tokenizer.getClass().getMethod(name, types).invoke(tokenizer, arguments);
            return Objects.requireNonNull(answer);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException(e.getCause());
        }
    }
}
