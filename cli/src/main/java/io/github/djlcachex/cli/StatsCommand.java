package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheSnapshot;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GenerationInfo;
import io.github.djlcachex.cache.SnapshotPart;
import io.github.djlcachex.cache.SnapshotReader;
import io.github.djlcachex.row.RowSchema;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

/** The command {@code stats}: what to look at before training on features. */
@Command(
        name = "stats",
        description = "Show the distribution of each column, and rows and dimensions that are odd.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A dimension is constant if all rows have one value there, and dead if that "
                    + "is zero. Duplicates are rows with the bytes of an earlier one. NaN and "
                    + "infinite values are no part of the other figures; quantiles are those of "
                    + "10,000 values. A sample takes a share of the rows, from some of the files. "
                    + "Exits with 1 if rows were damaged and left out."
        })
final class StatsCommand implements Callable<Integer> {

    private static final long SEED = 42;

    @Parameters(paramLabel = "MODULE", description = "The module, or module@generation.")
    private String module = "";

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(
            names = "--sample",
            paramLabel = "SHARE",
            description = "Take a share of the rows: 5%%, 1/8, or a size such as 10GiB.")
    private @Nullable String sample;

    @Option(names = "--format", paramLabel = "FORMAT", description = "table, json or csv.")
    private Format format = Format.TABLE;

    private final Terminal terminal;

    StatsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        GenerationInfo generation =
                DirectoryOption.findOne(terminal, option.open(terminal), module);
        double share = sample == null ? 1 : Sample.parse(sample, generation.usage().segmentBytes());
        try (FeatureCache cache = OpenedGeneration.readOnly(generation)) {
            CacheSnapshot snapshot = cache.snapshot();
            RowSchema schema =
                    snapshot.schema().orElseThrow(() -> CommandFailure.nothingStored(module));
            StatsReport report =
                    new StatsReport(terminal, new GenerationName(generation).toString(), schema);
            long damaged = read(snapshot, report, share);
            report.print(format);
            return LeftOut.tell(terminal, damaged, cache);
        }
    }

    private long read(CacheSnapshot snapshot, StatsReport report, double share) {
        SplittableRandom random = new SplittableRandom(SEED);
        PartSample sample = PartSample.of(snapshot.parts(), share, SEED);
        List<SnapshotPart> parts = sample.parts();
        long of = parts.stream().mapToLong(SnapshotPart::bytes).sum();
        long bytes = 0;
        long damaged = 0;
        try (Progress progress = new Progress(terminal, module)) {
            for (SnapshotPart part : parts) {
                try (SnapshotReader reader = part.open()) {
                    while (reader.next()) {
                        for (int row = 0; row < reader.keys().size(); row++) {
                            if (sample.share() >= 1 || random.nextDouble() < sample.share()) {
                                report.add(reader.rows(), row);
                            }
                        }
                    }
                    damaged += reader.damagedRows();
                }
                bytes += part.bytes();
                progress.at(bytes, of);
            }
        }
        return damaged;
    }
}
