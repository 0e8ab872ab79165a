package io.github.djlcachex.djl;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** What becomes of outputs of every type and structure, on every engine: docs/output-types.md. */
class OutputTypesTest {

    private static final List<String> TENSORFLOW =
            List.of(
                    "FLOAT64",
                    "FLOAT32",
                    "FLOAT16",
                    "BFLOAT16",
                    "FLOAT8_E4M3FN",
                    "COMPLEX64",
                    "COMPLEX128",
                    "INT8",
                    "INT16",
                    "INT32",
                    "INT64",
                    "UINT8",
                    "UINT16",
                    "UINT32",
                    "UINT64",
                    "BOOLEAN",
                    "STRING");

    private static final List<String> TORCH_SCRIPT = without(TENSORFLOW, "STRING");

    private static final List<String> ONNX = without(TENSORFLOW, "COMPLEX64", "COMPLEX128");

    /** The types of which rows can be stored. */
    private static final List<String> CACHED =
            List.of(
                    "FLOAT64",
                    "FLOAT32",
                    "FLOAT16",
                    "BFLOAT16",
                    "INT8",
                    "INT32",
                    "INT64",
                    "UINT8",
                    "BOOLEAN");

    /** What DJL reports where it has no name for a type. */
    private static final Set<String> UNNAMED = Set.of("null", "UNKNOWN", "an exception");

    /** The types of which DJL makes arrays in PyTorch. */
    private static final List<String> JAVA =
            List.of(
                    "FLOAT64", "FLOAT32", "FLOAT16", "INT8", "INT32", "INT64", "UINT8", "BOOLEAN",
                    "STRING");

    /** What a block returns: its name in the models, and in the page. */
    private record Structure(String title, String name) {}

    private static final List<Structure> COMMON =
            List.of(
                    new Structure("(N, 6)", "rows"),
                    new Structure("(N)", "scalars"),
                    new Structure("(N, 2, 3, 1)", "rank4"),
                    new Structure("(N, 0)", "empty"));

    @TempDir Path directory;
    private OutputModels models;

    @BeforeEach
    void open() {
        models = new OutputModels(directory);
    }

    @AfterEach
    void close() {
        models.close();
    }

    @Test
    void table_ofTorchScript_isThatOfThePage() throws IOException {
        List<Structure> structures =
                with(
                        COMMON,
                        new Structure("tuple", "4"),
                        new Structure("dict", "5"),
                        new Structure("list", "6"),
                        new Structure("list of tuples", "7"),
                        new Structure("sparse", "8"));
        assertTable(
                "PyTorch, TorchScript",
                TORCH_SCRIPT,
                structures,
                (type, name) -> models.torchScript(type, torchCode(name)));
    }

    private static int torchCode(String structure) {
        return switch (structure) {
            case "rows" -> 0;
            case "scalars" -> 1;
            case "rank4" -> 2;
            case "empty" -> 3;
            default -> Integer.parseInt(structure);
        };
    }

    @Test
    void table_ofBlocksInJava_isThatOfThePage() throws IOException {
        List<Structure> structures =
                with(
                        COMMON,
                        new Structure("two outputs", "list"),
                        new Structure("two with names", "named"),
                        new Structure("sparse", "sparse"));
        assertTable("PyTorch, blocks in Java", JAVA, structures, models::java);
    }

    @Test
    void table_ofOnnxRuntime_isThatOfThePage() throws IOException {
        List<Structure> structures =
                with(
                        COMMON,
                        new Structure("two outputs", "several"),
                        new Structure("sequence", "sequence"));
        assertTable("ONNX Runtime", ONNX, structures, models::onnx);
    }

    @Test
    void table_ofTensorFlow_isThatOfThePage() throws IOException {
        GraphModels.requireTensorFlow();
        List<Structure> structures = with(COMMON, new Structure("two outputs", "several"));
        assertTable("TensorFlow", TENSORFLOW, structures, models::tensorFlow);
    }

    @Test
    void table_ofOneEnginesRowsAtThePlaceOfAnother_isThatOfThePage() throws IOException {
        GraphModels.requireTensorFlow();
        List<String> engines = List.of("PyTorch", "OnnxRuntime", "TensorFlow");
        List<String> columns = new ArrayList<>(List.of("rows of"));
        engines.forEach(engine -> columns.add("beside arrays of " + engine));
        columns.add("a refusal names");
        List<String> table = new ArrayList<>(OutputTypesPage.head(columns));
        for (String engine : engines) {
            for (String type : CACHED) {
                table.add(crossed(engine, type, engines));
            }
        }
        OutputTypesPage.assertTable("Rows of one engine beside arrays of another", table);
    }

    /** Rows that the cache got beside arrays of the block's engine, and then beside others'. */
    private String crossed(String engine, String type, List<String> places) {
        OutputModels.Loaded loaded =
                switch (engine) {
                    case "PyTorch" -> models.torchScript(type, 0);
                    case "OnnxRuntime" -> Objects.requireNonNull(models.onnx(type, "rows"));
                    default -> models.tensorFlow(type, "rows");
                };
        OutputTrial trial = new OutputTrial(loaded, directory);
        List<String> cells = new ArrayList<>(List.of(engine + ", " + type));
        for (String place : places) {
            String stored = trial.cached(engine, place, loaded.decorator(trial.newDirectory()));
            String computed = trial.cached(place, place, loaded.decorator(trial.newDirectory()));
            cells.add(stored.equals(computed) ? stored : "WRONG: " + stored + ", " + computed);
        }
        cells.add(String.join("; ", trial.refusals()));
        return OutputTypesPage.row(cells);
    }

    private void assertTable(
            String heading,
            List<String> types,
            List<Structure> structures,
            BiFunction<String, String, OutputModels.@Nullable Loaded> models)
            throws IOException {
        List<String> columns = new ArrayList<>(List.of("type", "DJL reports"));
        structures.forEach(structure -> columns.add(structure.title));
        columns.addAll(List.of("a refusal names", "uncached", "cast to FLOAT32"));
        List<String> table = new ArrayList<>(OutputTypesPage.head(columns));
        for (String type : types) {
            table.add(row(structures, name -> models.apply(type, name), type));
        }
        OutputTypesPage.assertTable(heading, table);
    }

    private String row(
            List<Structure> structures,
            Function<String, OutputModels.@Nullable Loaded> models,
            String type) {
        Set<String> reported = new TreeSet<>();
        Set<String> refusals = new TreeSet<>();
        Set<String> uncached = new TreeSet<>();
        Set<String> cast = new TreeSet<>();
        List<String> cells = new ArrayList<>();
        for (Structure structure : structures) {
            OutputModels.Loaded loaded = models.apply(structure.name);
            if (loaded == null || !new OutputTrial(loaded, directory).runsBare()) {
                cells.add("none");
                continue;
            }
            OutputTrial trial = new OutputTrial(loaded, directory);
            cells.add(trial.cached());
            refusals.addAll(trial.refusals());
            uncached.add(trial.uncached());
            reported.add(trial.reportedType());
            if (UNNAMED.containsAll(reported) && structure.name.equals("rows")) {
                cast.add(trial.cast());
            }
        }
        cells.addAll(0, List.of(type, String.join("; ", reported)));
        for (Set<String> column : List.of(refusals, uncached, cast)) {
            cells.add(String.join("; ", column));
        }
        return OutputTypesPage.row(cells);
    }

    private static List<String> without(List<String> types, String... others) {
        return types.stream().filter(type -> !List.of(others).contains(type)).toList();
    }

    private static List<Structure> with(List<Structure> some, Structure... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toList();
    }
}
