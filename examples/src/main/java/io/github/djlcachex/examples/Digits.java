package io.github.djlcachex.examples;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;

import io.github.djlcachex.djl.CachedDataset;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Images of handwritten digits, 8x8 pixels, with labels and the ids that they have in the file.
 *
 * @param images the images
 */
record Digits(List<Digits.Image> images) {

    private static final int SIDE = 8;
    private static final int FIRST_PIXEL = 2;
    private static final float MAX_PIXEL = 16f;

    /** One image; its id is unique over the whole file, its pixels are in 0 to 1. */
    record Image(long id, int label, List<Float> pixels) {}

    /** Reads the images whose label is at least the given one. */
    static Digits read(int firstLabel) throws IOException {
        InputStream file =
                Objects.requireNonNull(Digits.class.getResourceAsStream("/digits.csv.gz"));
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
            return new Digits(
                    lines.lines()
                            .skip(1)
                            .map(Digits::parse)
                            .filter(image -> image.label() >= firstLabel)
                            .toList());
        }
    }

    private static Image parse(String line) {
        String[] fields = line.split(",", -1);
        List<Float> pixels =
                Arrays.stream(fields)
                        .skip(FIRST_PIXEL)
                        .map(value -> Integer.parseInt(value) / MAX_PIXEL)
                        .toList();
        return new Image(Long.parseLong(fields[0]), Integer.parseInt(fields[1]), pixels);
    }

    /** The images at some positions. */
    Digits at(IntPredicate positions) {
        return new Digits(
                IntStream.range(0, images.size()).filter(positions).mapToObj(images::get).toList());
    }

    /** The images that a rank is dealt in an epoch; every rank shuffles alike. */
    Digits shard(int epoch, int rank, int ranks) {
        List<Image> shuffled = new ArrayList<>(images);
        Collections.shuffle(shuffled, new Random(epoch));
        return new Digits(shuffled).at(position -> position % ranks == rank);
    }

    /** The images as a dataset whose rows carry their file ids, labels counted from the lowest. */
    CachedDataset dataset(NDManager manager, int batchSize, int firstLabel, boolean shuffle) {
        float[] pixels = new float[images.size() * SIDE * SIDE];
        long[] labels = new long[images.size()];
        long[] ids = new long[images.size()];
        for (int i = 0; i < images.size(); i++) {
            Image image = images.get(i);
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                pixels[i * SIDE * SIDE + pixel] = image.pixels().get(pixel);
            }
            labels[i] = (long) image.label() - firstLabel;
            ids[i] = image.id();
        }
        NDArray data = manager.create(pixels, new Shape(images.size(), 1, SIDE, SIDE));
        ArrayDataset dataset =
                new ArrayDataset.Builder()
                        .setData(data)
                        .optLabels(manager.create(labels))
                        .setSampling(batchSize, shuffle)
                        .build();
        return CachedDataset.withIds(dataset, ids);
    }
}
