package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** A text to a row of numbers that it tells, and what a model makes of that to an output. */
public final class Rows<O> implements Translator<String, O> {

    private final Function<NDList, O> output;
    private final List<Integer> batches = new ArrayList<>();
    private int prepared;

    public Rows(Function<NDList, O> output) {
        this.output = output;
    }

    static Rows<float[]> features() {
        return new Rows<>(list -> list.get(0).toFloatArray());
    }

    static List<String> texts(int from, int to) {
        List<String> texts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            texts.add("text " + i);
        }
        return texts;
    }

    /** Returns the numbers of inputs in each batch that was translated. */
    List<Integer> batches() {
        return batches;
    }

    int prepared() {
        return prepared;
    }

    @Override
    public void prepare(TranslatorContext ctx) {
        prepared++;
    }

    @Override
    public NDList batchProcessInput(TranslatorContext ctx, List<String> inputs) throws Exception {
        batches.add(inputs.size());
        return Translator.super.batchProcessInput(ctx, inputs);
    }

    @Override
    public NDList processInput(TranslatorContext ctx, String text) {
        Random random = new Random(text.hashCode());
        float[] row = new float[GraphModels.INPUTS];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return new NDList(ctx.getNDManager().create(row));
    }

    @Override
    public @Nullable O processOutput(TranslatorContext ctx, NDList list) {
        return output.apply(list);
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }
}
