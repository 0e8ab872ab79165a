package io.github.djlcachex.tensor;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;

import io.github.djlcachex.djl.internal.hash.DigestWriter;
import io.github.djlcachex.row.Problem;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The parameters of a block by name, as they are stored and restored.
 *
 * <p>A restore reads everything and checks it before it changes the block.
 */
final class BlockParameterSet {

    private static final int PIECE = 1 << 20;
    private static final int MOST_NAMED = 5;

    private final Block block;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();

    private BlockParameterSet(Block block) {
        this.block = block;
        for (Pair<String, Parameter> each : block.getParameters()) {
            parameters.put(each.getKey(), each.getValue());
        }
    }

    /**
     * Returns the parameters of a block.
     *
     * @throws UnsupportedTensorException if its engine does not show them
     */
    static BlockParameterSet of(Block block) {
        try {
            return new BlockParameterSet(Given.notNull("block", block));
        } catch (UnsupportedOperationException e) {
            throw new UnsupportedTensorException(
                    Problem.of(
                            "block " + block.getClass().getName(),
                            "a block that shows its parameters",
                            "one whose engine does not",
                            "store the files of its model: graphs of ONNX Runtime and TensorFlow"
                                    + " are their own files",
                            e));
        }
    }

    /** Returns the parameters as what is put. */
    List<Source> sources(ArraySources arrays) {
        List<Source> sources = new ArrayList<>();
        parameters.forEach(
                (name, parameter) -> {
                    if (!parameter.isInitialized()) {
                        throw new UnsupportedTensorException(
                                Problem.of(
                                        "parameter '" + name + "'",
                                        "a value",
                                        "none",
                                        "initialize the block first"));
                    }
                    sources.add(
                            arrays.of(parameter.getArray()).as(name, parameter.requiresGradient()));
                });
        return sources;
    }

    Origin origin(List<Source> sources) {
        NDList first = new NDList();
        parameters.values().stream().limit(1).map(Parameter::getArray).forEach(first::add);
        return new Origin(ArraySources.engineOf(first), inputShapes(), fingerprint(sources));
    }

    private @Nullable List<List<Long>> inputShapes() {
        try {
            return Stream.of(block.getInputShapes())
                    .map(shape -> Stream.of(box(shape.getShape())).toList())
                    .toList();
        } catch (IllegalStateException | NullPointerException | UnsupportedOperationException e) {
            return null; // a TorchScript module does not tell them, and needs none
        }
    }

    private static Long[] box(long[] numbers) {
        Long[] boxed = new Long[numbers.length];
        Arrays.setAll(boxed, i -> numbers[i]);
        return boxed;
    }

    /** Returns a digest of names, types, shapes and all numbers. */
    static String fingerprint(List<Source> sources) {
        DigestWriter digest = new DigestWriter();
        for (Source source : sources) {
            digest.text(String.valueOf(source.name()))
                    .text(source.type().name())
                    .text(source.shape().toString());
            for (Plane plane : source.planes()) {
                for (long at = 0; at < plane.size(); at += PIECE) {
                    int length = (int) Math.min(PIECE, plane.size() - at);
                    digest.bytes(plane.bytes().slice(at, length));
                }
            }
        }
        return HexFormat.of().formatHex(digest.finish());
    }

    /** Initializes a new block as the one whose parameters are stored. */
    void initialize(Head head, NDManager manager) {
        List<List<Long>> shapes = head.inputShapes();
        boolean isNew = parameters.values().stream().anyMatch(each -> !each.isInitialized());
        if (isNew && shapes != null) {
            DataType type = DataType.valueOf(head.tensors().get(0).type().name());
            block.initialize(manager, type, shapes.stream().map(Shape::new).toArray(Shape[]::new));
        }
    }

    /**
     * Compares names, types and shapes.
     *
     * @throws ParametersMismatchException if one differs
     */
    void check(Head head) {
        Map<String, String> stored = new LinkedHashMap<>();
        head.tensors()
                .forEach(t -> stored.put(String.valueOf(t.name()), t.type() + " " + t.shape()));
        Map<String, String> found = new LinkedHashMap<>();
        parameters.forEach((name, parameter) -> found.put(name, described(parameter)));
        List<String> differences =
                Stream.concat(stored.keySet().stream(), found.keySet().stream())
                        .distinct()
                        .filter(name -> !Objects.equals(stored.get(name), found.get(name)))
                        .map(name -> name + " is " + found.get(name) + ", not " + stored.get(name))
                        .toList();
        if (!differences.isEmpty()) {
            List<String> some = differences.subList(0, Math.min(MOST_NAMED, differences.size()));
            throw mismatch(
                    head,
                    "its " + stored.size() + " parameters",
                    differences.size() + " that differ: " + String.join("; ", some));
        }
    }

    private static String described(Parameter parameter) {
        if (!parameter.isInitialized()) {
            return "without a value";
        }
        NDArray array = parameter.getArray();
        return array.getDataType().name()
                + " "
                + Stream.of(box(array.getShape().getShape())).toList();
    }

    static ParametersMismatchException mismatch(Head head, String expected, String found) {
        return new ParametersMismatchException(
                Problem.of(
                        "block for entry " + head.key(),
                        expected,
                        found,
                        "restore into a block that is built as the stored one was"));
    }

    /** Copies arrays that are in the order of the stored tensors, and sets the trainable flags. */
    void restore(Head head, NDList arrays) {
        for (int i = 0; i < arrays.size(); i++) {
            StoredTensor tensor = head.tensors().get(i);
            Parameter parameter = Objects.requireNonNull(parameters.get(tensor.name()));
            copy(arrays.get(i), parameter, tensor);
            Boolean trainable = tensor.trainable();
            if (trainable != null && trainable != parameter.requiresGradient()) {
                parameter.freeze(!trainable);
            }
        }
    }

    private static void copy(NDArray array, Parameter parameter, StoredTensor tensor) {
        try {
            array.copyTo(parameter.getArray());
        } catch (EngineException e) { // all parameters of a TorchScript module, the first one too
            throw new UnsupportedTensorException(
                    Problem.of(
                            "parameter '" + tensor.name() + "'",
                            "one that the engine changes",
                            String.valueOf(e.getMessage()),
                            "load a TorchScript model with the option trainParam=true",
                            e));
        }
    }
}
