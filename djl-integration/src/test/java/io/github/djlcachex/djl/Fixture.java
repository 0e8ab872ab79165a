package io.github.djlcachex.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A scripted module of the test resources with its inputs and exact outputs. */
public final class Fixture implements AutoCloseable {

    private static final Path DIRECTORY = Path.of("src/test/resources/torchscript");
    private static final JsonObject EXPECTED = readExpected();

    private final String name;
    private final Model model;

    private Fixture(String name) {
        this.name = name;
        this.model = load(name);
    }

    public static Fixture of(String name) {
        return new Fixture(name);
    }

    static Set<String> names() {
        return EXPECTED.keySet();
    }

    public static Model load(String name) {
        Model model = Model.newInstance(name, "PyTorch");
        try {
            model.load(DIRECTORY, name);
        } catch (IOException | ai.djl.MalformedModelException e) {
            throw new IllegalStateException(e);
        }
        return model;
    }

    Model model() {
        return model;
    }

    public Block block() {
        return model.getBlock();
    }

    NDManager manager() {
        return model.getNDManager();
    }

    /** Returns the inputs of the expected outputs, named as TorchScript needs them. */
    NDList inputs() {
        NDList inputs = new NDList();
        for (Map.Entry<String, JsonElement> input : json().getAsJsonObject("inputs").entrySet()) {
            NDArray array = array(manager(), input.getValue().getAsJsonObject());
            if (name.equals("dict_in")) {
                array.setName("batch." + input.getKey());
            }
            inputs.add(array);
        }
        return inputs;
    }

    int rows() {
        return Math.toIntExact(inputs().head().getShape().get(0));
    }

    /** An output of eval mode: its name (empty for none), type, shape and little-endian bytes. */
    record Output(String name, DataType type, Shape shape, String hex) {}

    List<Output> outputs() {
        List<Output> outputs = new ArrayList<>();
        JsonArray expected = json().getAsJsonArray("outputs");
        for (JsonElement element : expected) {
            JsonObject output = element.getAsJsonObject();
            boolean named = name.equals("dict_out");
            outputs.add(
                    new Output(
                            named ? output.get("name").getAsString() : "",
                            type(output),
                            shape(output),
                            output.get("hex").getAsString()));
        }
        return outputs;
    }

    /** Returns the first expected output. */
    NDArray expected() {
        return array(manager(), json().getAsJsonArray("outputs").get(0).getAsJsonObject());
    }

    private JsonObject json() {
        return EXPECTED.getAsJsonObject(name);
    }

    private static NDArray array(NDManager manager, JsonObject json) {
        byte[] bytes = HexFormat.of().parseHex(json.get("hex").getAsString());
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.nativeOrder());
        direct.put(bytes).flip();
        return manager.create(direct, shape(json), type(json));
    }

    private static DataType type(JsonObject json) {
        String name = json.get("dtype").getAsString();
        return switch (name) {
            case "bool" -> DataType.BOOLEAN;
            case "bfloat16", "int16" -> DataType.UNKNOWN;
            default -> DataType.valueOf(name.toUpperCase(Locale.ROOT));
        };
    }

    private static Shape shape(JsonObject json) {
        Shape shape = new Shape();
        for (JsonElement dimension : json.getAsJsonArray("shape")) {
            shape = shape.add(dimension.getAsLong());
        }
        return shape;
    }

    private static JsonObject readExpected() {
        try {
            return JsonParser.parseString(Files.readString(DIRECTORY.resolve("expected.json")))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
