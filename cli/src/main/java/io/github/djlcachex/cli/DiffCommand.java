package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.FeatureCache;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;

/** The command {@code diff}: the rows of two generations, held against each other. */
@Command(
        name = "diff",
        description = "Compare the rows of two generations, by id and checksum.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Signs: - only in A, + only in B, * differs, = same. No row is decoded, "
                    + "unless there is a tolerance and the checksums differ. The ids go through "
                    + "temporary files, so that memory does not grow with the rows. Exits with 1 if "
                    + "there is a difference."
        })
final class DiffCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "A", description = "The module, or module@generation.")
    private String nameOfA = "";

    @Parameters(index = "1", paramLabel = "B", description = "The other one.")
    private String nameOfB = "";

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--dir-b",
            paramLabel = "DIR",
            description = "The cache directory of B. Default: that of A.")
    private @Nullable Path directoryOfB;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            description = "Values that differ by no more are the same; NaN is as NaN.")
    private @Nullable Double tolerance;

    @Option(names = "--all", description = "Print the ids that are the same, too.")
    private boolean all;

    @Option(
            names = {"-q", "--quiet"},
            description = "Print the totals alone.")
    private boolean quiet;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or csv.")
    private Format format = Format.TABLE;

    private final Terminal terminal;
    private final int keysAtOnce;

    DiffCommand(Terminal terminal) {
        this(terminal, Comparison.KEYS_AT_ONCE);
    }

    DiffCommand(Terminal terminal, int keysAtOnce) {
        this.terminal = terminal;
        this.keysAtOnce = keysAtOnce;
    }

    @Override
    public Integer call() {
        if (tolerance != null && !(tolerance >= 0)) {
            throw CommandFailure.usage("--tolerance is a number from 0");
        }
        CacheDirectory a = option.open(terminal);
        CacheDirectory b = directoryOfB == null ? a : directory(directoryOfB);
        OptionalDouble most =
                tolerance == null ? OptionalDouble.empty() : OptionalDouble.of(tolerance);
        try (FeatureCache ofA =
                        OpenedGeneration.readOnly(DirectoryOption.findOne(terminal, a, nameOfA));
                FeatureCache ofB =
                        OpenedGeneration.readOnly(DirectoryOption.findOne(terminal, b, nameOfB))) {
            Comparison comparison = new Comparison(ofA, ofB, most);
            print(comparison);
            int exit = LeftOut.tell(terminal, comparison.damagedRows(), ofA, ofB);
            return comparison.foundNone() ? exit : ExitCode.PROBLEMS;
        } catch (IOException e) {
            throw new UncheckedIOException("temporary files", e);
        }
    }

    private static CacheDirectory directory(Path path) {
        if (!Files.isDirectory(path)) {
            throw CommandFailure.noCache(path + " is no directory: give that of B, --dir-b DIR");
        }
        return CacheDirectory.of(path);
    }

    private void print(Comparison comparison) throws IOException {
        switch (format) {
            case TABLE -> {
                comparison.run(
                        keysAtOnce,
                        (keys, i, found) -> {
                            if (isShown(found)) {
                                terminal.println(found.sign() + " " + Ids.text(keys, i));
                            }
                        });
                terminal.println(totals(comparison));
            }
            case JSON -> Json.print(terminal, "diff", json -> write(json, comparison));
            case CSV -> {
                Csv csv = new Csv(terminal, "sign", "id");
                comparison.run(
                        keysAtOnce,
                        (keys, i, found) -> {
                            if (isShown(found)) {
                                csv.row(found.sign(), keys.getObject(i));
                            }
                        });
            }
        }
    }

    private boolean isShown(Difference found) {
        return !quiet && (all || found != Difference.SAME);
    }

    private static String totals(Comparison comparison) {
        return Figures.count(comparison.total(Difference.SAME))
                + " same, "
                + Figures.count(comparison.total(Difference.ONLY_IN_A))
                + " only in A, "
                + Figures.count(comparison.total(Difference.ONLY_IN_B))
                + " only in B, "
                + Figures.count(comparison.total(Difference.DIFFERS))
                + " different";
    }

    private void write(JsonGenerator json, Comparison comparison) throws IOException {
        json.writeStringField("a", nameOfA);
        json.writeStringField("b", nameOfB);
        json.writeArrayFieldStart("ids");
        comparison.run(
                keysAtOnce,
                (keys, i, found) -> {
                    if (isShown(found)) {
                        json.writeStartObject();
                        json.writeFieldName("id");
                        Ids.write(json, keys, i);
                        json.writeStringField("difference", found.name());
                        json.writeEndObject();
                    }
                });
        json.writeEndArray();
        json.writeNumberField("same", comparison.total(Difference.SAME));
        json.writeNumberField("onlyInA", comparison.total(Difference.ONLY_IN_A));
        json.writeNumberField("onlyInB", comparison.total(Difference.ONLY_IN_B));
        json.writeNumberField("different", comparison.total(Difference.DIFFERS));
        json.writeNumberField("damagedRows", comparison.damagedRows());
    }
}
