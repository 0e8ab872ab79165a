package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.interop.CacheExporter;
import io.github.djlcachex.interop.ExportReport;
import io.github.djlcachex.interop.RowOrder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** The command {@code export}: the rows of one generation in files of other tools. */
@Command(
        name = "export",
        description = "Write the rows of a module to files that other tools read.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "FORMAT is arrow, csv, hf, npy, npz or parquet. The ids of an npy file are "
                    + "beside it. The files appear when they are whole. Damaged rows are left out: "
                    + "exit 1."
        })
final class ExportCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "FORMAT", description = "The format of the files.")
    private String format = "";

    @Parameters(index = "1", paramLabel = "MODULE", description = "What is exported.")
    private String module = "";

    @Parameters(index = "2", paramLabel = "TARGET", description = "The file or directory.")
    private Path target = Path.of("");

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--columns",
            split = ",",
            paramLabel = "NAME",
            description = "The columns, in their order. Default: all.")
    private List<String> columns = List.of();

    @Option(
            names = "--id-column",
            paramLabel = "NAME",
            description = "The name of the column of ids. Default: id.")
    private @Nullable String idColumn;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Convert floats to float16, float32 or float64.")
    private @Nullable String type;

    @Option(names = "--half", description = "The same as --type float16.")
    private boolean half;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            description = "file, the quickest, or key. Default: file.")
    private RowOrder order = RowOrder.FILE;

    @Option(
            names = "--rows-per-file",
            paramLabel = "N",
            description = "Write several files of N rows to the directory TARGET.")
    private @Nullable Long rowsPerFile;

    @Option(names = "--overwrite", description = "Replace the file TARGET.")
    private boolean overwrite;

    private final Terminal terminal;

    ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        CacheDirectory directory = option.open(terminal);
        CacheExporter exporter =
                CacheExporter.builder()
                        .format(Formats.format(format))
                        .target(target)
                        .order(order)
                        .overwrite(overwrite)
                        .listener(new TransferLine(terminal, "exported"));
        choose(exporter);
        GenerationInfo generation = DirectoryOption.findOne(terminal, directory, module);
        try (FeatureCache cache = OpenedGeneration.checkingEveryRead(generation)) {
            ExportReport report = exporter.cache(cache).run();
            terminal.println(
                    Figures.count(report.rows(), "row")
                            + " in "
                            + Figures.count(report.files().size(), "file")
                            + ", "
                            + Figures.bytes(report.bytes())
                            + ": "
                            + Escapes.line(target.toString()));
            return LeftOut.tell(terminal, report.damagedRows(), cache);
        }
    }

    private void choose(CacheExporter exporter) {
        if (!columns.isEmpty()) {
            exporter.columns(columns.toArray(String[]::new));
        }
        if (idColumn != null) {
            exporter.idColumn(idColumn);
        }
        if (half) {
            exporter.elementType(Formats.type("float16"));
        }
        if (type != null) {
            exporter.elementType(Formats.type(type));
        }
        if (rowsPerFile != null) {
            exporter.rowsPerFile(rowsPerFile);
        }
    }
}
