package io.github.djlcachex.spark;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import org.apache.spark.SparkEnv;
import org.apache.spark.sql.Row;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A DigitsFactory opens a TorchScript network of 64 pixels, and notes in a file of its executor
 * what it was given.
 *
 * @param notes where the files are
 */
record DigitsFactory(String notes) implements ExtractorFactory {

    static final String MODEL = "digits_extractor.pt";

    @Override
    public Extractor open(ExecutorContext executor) throws Exception {
        Path file = executor.file(MODEL);
        String scale = Files.readString(executor.file("settings").resolve("inputs/scale.txt"));
        Files.writeString(
                Path.of(notes, SparkEnv.get().executorId()),
                String.join(
                        "\n",
                        file.toString(),
                        scale,
                        executor.device().toString(),
                        Integer.toString(executor.engineThreads()),
                        System.getProperty("ai.djl.pytorch.num_threads", "unset")));
        return Extractor.of(load(file), DigitsFactory::pixels);
    }

    static Model load(Path file) throws Exception {
        Model model = Model.newInstance("digits_extractor", "PyTorch");
        try (InputStream weights = Files.newInputStream(file)) {
            model.load(weights);
        }
        return model;
    }

    private static NDList pixels(Row row, NDManager manager) {
        return new NDList(pixels(row.<Long>getAs("id"), manager));
    }

    static NDArray pixels(long id, NDManager manager) {
        float[] pixels = new float[64];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (id * 7 + i * 13L) % 17 / 16f;
        }
        return manager.create(pixels, new Shape(1, 8, 8));
    }
}
