package io.github.djlcachex.benchmark;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.basicmodelzoo.cv.classification.ResNetV1;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A frozen block and the rows that it is run on.
 *
 * @param name what it is
 * @param block the block
 * @param model the model that owns it
 * @param rows the number of rows of an epoch
 * @param batchRows the rows of a batch
 * @param row the shape of one input row
 * @param features the number of floats of one output row
 */
record Extractor(
        String name, Block block, Model model, int rows, int batchRows, Shape row, int features)
        implements AutoCloseable {

    private static final int DIGITS_FEATURES = 128;
    private static final int RESNET_FEATURES = 512;
    private static final int RESNET_LAYERS = 18;

    /** The digits' extractor, a small network on images of 8x8. */
    static Extractor digits(int rows) throws IOException, MalformedModelException {
        Model model = Model.newInstance("digits_extractor", Training.ENGINE);
        try (InputStream file =
                Objects.requireNonNull(
                        Extractor.class.getResourceAsStream("/digits_extractor.pt"))) {
            model.load(file);
        }
        Shape row = new Shape(1, 8, 8);
        return new Extractor(
                "digits extractor",
                model.getBlock(),
                model,
                rows,
                BenchmarkRows.BATCH,
                row,
                DIGITS_FEATURES);
    }

    /** A ResNet of 18 layers with random weights on images of 224x224. */
    static Extractor resNet(int rows) {
        Model model = Model.newInstance("resnet", Training.ENGINE);
        Shape row = new Shape(3, 224, 224);
        Block block =
                ResNetV1.builder()
                        .setNumLayers(RESNET_LAYERS)
                        .setOutSize(RESNET_FEATURES)
                        .setImageShape(row)
                        .build();
        int batchRows = 32;
        NDManager manager = model.getNDManager();
        block.initialize(manager, DataType.FLOAT32, new Shape(batchRows).addAll(row));
        block.freezeParameters(true);
        return new Extractor("ResNet-18", block, model, rows, batchRows, row, RESNET_FEATURES);
    }

    @Override
    public void close() {
        model.close();
    }
}
