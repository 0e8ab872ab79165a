package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Objects;

/** The shapes that a decorator tells a network of its outputs. */
class OutputShapesTest {

    @TempDir Path directory;

    @Test
    void getOutputShapes_ofInputsOfAnotherLengthThanTheCached_areOfThatLength() {
        try (Fixture fixture = Fixture.of("variable_length");
                CacheBlockDecorator decorator =
                        Decorated.in(directory).setBlock(fixture.block()).build()) {
            NDArray rows = fixture.manager().zeros(new Shape(2, 4), DataType.INT64);
            NDArray output =
                    Decorated.run(
                                    decorator,
                                    fixture.manager(),
                                    CacheIds.attach(new NDList(rows), 1, 2))
                            .head();
            Shape features = output.getShape().slice(2);
            for (long length : new long[] {4, 9}) {
                Shape[] inputs = {new Shape(8, length)};
                assertThat(decorator.getOutputShapes(inputs, null))
                        .containsExactly(new Shape(8, length).addAll(features));
            }
        }
    }

    @Test
    void getOutputShapes_ofTypesThatDjlDoesNotName_areTold() {
        try (OutputModels models = new OutputModels(directory)) {
            OutputModels.Loaded onnx = Objects.requireNonNull(models.onnx("INT16", "rows"));
            assertOutput(onnx, DataType.UNKNOWN);
            assertOutput(models.tensorFlow("UINT16", "rows"), DataType.UNKNOWN);
            assertOutput(models.tensorFlow("FLOAT16", "rows"), DataType.FLOAT16);
        }
    }

    private void assertOutput(OutputModels.Loaded loaded, DataType type) {
        Path cache = directory.resolve(loaded.engine() + type);
        try (CacheBlockDecorator decorator = loaded.decorator(cache).build()) {
            Shape[] inputs = {new Shape(8, OutputModels.INPUTS)};
            assertThat(decorator.getOutputShapes(inputs, null)).containsExactly(new Shape(8, 6));
            assertThat(decorator.getOutputDataTypes()).containsExactly(type);
        }
    }
}
