package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** Real images of handwritten digits, with their labels. */
record Digits(List<float[]> images, List<Integer> labels) {

    /** Reads the first images whose digit is in a range. */
    static Digits read(int fromDigit, int toDigit, int count) throws IOException {
        Path file = Path.of("src/test/resources/digits.csv.gz");
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            List<int[]> rows =
                    reader.lines()
                            .skip(1)
                            .map(line -> line.split(",", -1))
                            .map(Digits::parse)
                            .filter(row -> row[1] >= fromDigit && row[1] <= toDigit)
                            .limit(count)
                            .toList();
            return new Digits(
                    rows.stream().map(Digits::pixels).toList(),
                    rows.stream().map(row -> row[1] - fromDigit).toList());
        }
    }

    private static int[] parse(String[] line) {
        return IntStream.range(0, line.length).map(i -> Integer.parseInt(line[i])).toArray();
    }

    private static float[] pixels(int[] row) {
        float[] pixels = new float[64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = row[i + 2] / 16f;
        }
        return pixels;
    }

    int size() {
        return images.size();
    }

    /** Returns images by position, as {@code (N, 1, 8, 8)}. */
    NDArray array(NDManager manager, int... positions) {
        float[] all = new float[positions.length * 64];
        for (int i = 0; i < positions.length; i++) {
            System.arraycopy(images.get(positions[i]), 0, all, i * 64, 64);
        }
        return manager.create(all, new Shape(positions.length, 1, 8, 8));
    }

    NDArray array(NDManager manager) {
        return array(manager, IntStream.range(0, size()).toArray());
    }

    NDArray labelArray(NDManager manager) {
        return manager.create(labels.stream().mapToLong(Integer::longValue).toArray());
    }

    ArrayDataset dataset(NDManager manager, int batchSize, boolean random) {
        return new ArrayDataset.Builder()
                .setData(array(manager))
                .optLabels(labelArray(manager))
                .setSampling(batchSize, random)
                .build();
    }
}
