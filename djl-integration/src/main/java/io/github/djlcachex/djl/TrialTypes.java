package io.github.djlcachex.djl;

import ai.djl.ndarray.types.DataType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Lists the types that inputs may have, in the order in which they are tried if they are unknown.
 */
final class TrialTypes {

    private static final DataType[] ALIKE = {DataType.FLOAT32, DataType.INT64, DataType.INT32};
    private static final DataType[] MIXED = {DataType.FLOAT32, DataType.INT64, DataType.BOOLEAN};

    /** The limit, since each trial may run much of a network before it fails. */
    private static final int MOST_MIXED_INPUTS = 4;

    private TrialTypes() {}

    /**
     * Returns lists of one type for each input: the declared types of a graph, otherwise one type
     * for all inputs, then mixtures, since TorchScript declares nothing.
     */
    static List<DataType[]> of(int inputs, List<GraphInput> described) {
        List<DataType[]> trials = new ArrayList<>();
        boolean told =
                described.size() == inputs
                        && described.stream().noneMatch(input -> input.type() == null);
        if (told) {
            trials.add(
                    described.stream()
                            .map(input -> Objects.requireNonNull(input.type()))
                            .toArray(DataType[]::new));
        }
        for (DataType type : ALIKE) {
            DataType[] all = new DataType[inputs];
            Arrays.fill(all, type);
            trials.add(all);
        }
        if (!told && inputs > 1 && inputs <= MOST_MIXED_INPUTS) {
            addMixtures(trials, inputs);
        }
        return trials;
    }

    private static void addMixtures(List<DataType[]> trials, int inputs) {
        int mixtures = (int) Math.pow(MIXED.length, inputs);
        for (int mixture = 0; mixture < mixtures; mixture++) {
            DataType[] types = new DataType[inputs];
            int rest = mixture;
            for (int i = 0; i < inputs; i++) {
                types[i] = MIXED[rest % MIXED.length];
                rest /= MIXED.length;
            }
            if (Arrays.stream(types).distinct().count() > 1) {
                trials.add(types);
            }
        }
    }
}
