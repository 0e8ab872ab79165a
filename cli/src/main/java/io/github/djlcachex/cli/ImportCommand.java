package io.github.djlcachex.cli;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FeatureCacheBuilder;
import io.github.djlcachex.interop.CacheImporter;
import io.github.djlcachex.interop.ExistingRows;
import io.github.djlcachex.interop.ImportReport;
import io.github.djlcachex.row.KeyType;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code import}: rows of other tools' files into a module. */
@Command(
        name = "import",
        description = "Store rows from files of other tools.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "FORMAT is arrow, csv, hf, npy, npz, parquet or torchcachex. Run it again "
                    + "after an interruption: rows that are there are not stored twice. An id that "
                    + "is there with another row ends it with exit 1. The cache directory is made "
                    + "if it is not there."
        })
final class ImportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "FORMAT", description = "The format of the files.")
    private String format = "";

    @Parameters(index = "1", paramLabel = "SOURCE", description = "The file or directory.")
    private Path source = Path.of("");

    @Parameters(index = "2", paramLabel = "MODULE", description = "The module id, also a new one.")
    private String module = "";

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--fingerprint",
            paramLabel = "TEXT",
            description = "The fingerprint of what computed the rows.")
    private @Nullable String fingerprint;

    @Option(
            names = "--columns",
            split = ",",
            paramLabel = "NAME",
            description = "The columns, in their order. Default: all but the ids.")
    private List<String> columns = List.of();

    @Option(
            names = "--id-column",
            paramLabel = "NAME",
            description = "The column of ids. Default: id.")
    private @Nullable String idColumn;

    @Option(
            names = "--ids",
            paramLabel = "FILE",
            description = "A file of ids, one a line, or an npy array.")
    private @Nullable Path ids;

    @Option(
            names = "--key-type",
            paramLabel = "TYPE",
            description = "int64 or utf8. Default: as the ids are.")
    private @Nullable KeyType keyType;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description =
                    "Convert floats to float16, float32 or float64; all numbers of csv, also to int64.")
    private @Nullable String type;

    @Option(names = "--variable-rows", description = "Allow lists that differ in length.")
    private boolean variableRows;

    @Option(
            names = "--unnamed-columns",
            description = "Leave out the names of columns, as of a block whose outputs have none.")
    private boolean unnamedColumns;

    @Option(names = "--keep", description = "Keep rows that are there, and do not compare them.")
    private boolean keep;

    private final Terminal terminal;

    ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CacheImporter importer =
                CacheImporter.builder()
                        .format(Formats.format(format))
                        .source(source)
                        .variableRows(variableRows)
                        .unnamedColumns(unnamedColumns)
                        .existingRows(keep ? ExistingRows.KEEP : ExistingRows.COMPARE)
                        .listener(new TransferLine(terminal, "imported"));
        choose(importer);
        try (FeatureCache cache = open()) {
            ImportReport report = importer.cache(cache).run();
            terminal.println(
                    Figures.count(report.storedRows(), "row")
                            + " stored, "
                            + Figures.count(report.existingRows())
                            + " there already, from "
                            + Figures.count(report.files(), "file"));
        }
        return ExitCode.OK;
    }

    private void choose(CacheImporter importer) {
        if (!columns.isEmpty()) {
            importer.columns(columns.toArray(String[]::new));
        }
        if (idColumn != null) {
            importer.idColumn(idColumn);
        }
        if (ids != null) {
            importer.ids(ids);
        }
        if (keyType != null) {
            importer.keyType(keyType);
        }
        if (type != null) {
            importer.elementType(Formats.type(type));
        }
    }

    private FeatureCache open() {
        FeatureCacheBuilder builder =
                FeatureCache.builder().directory(option.path(terminal)).moduleId(module);
        if (fingerprint != null) {
            builder.fingerprint(fingerprint);
        }
        return builder.open();
    }
}
