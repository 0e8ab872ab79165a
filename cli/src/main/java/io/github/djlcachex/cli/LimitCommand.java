package io.github.djlcachex.cli;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.LimitPolicy;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.Optional;
import java.util.concurrent.Callable;

/** The command {@code limit}: how large the directory may become. */
@Command(
        name = "limit",
        description = "Show, set or remove the limits of a cache directory.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Shows the limits without an option. New limits take the place of those that "
                    + "are there; processes obey them from the next segment on that they write, and "
                    + "nothing is removed before that. At once: djlcachex gc --max-bytes SIZE"
        })
final class LimitCommand implements Callable<Integer> {

    @Mixin private DirectoryOption option = new DirectoryOption();

    @Option(names = "--max-bytes", paramLabel = "SIZE", description = "The most bytes: 100GiB.")
    private @Nullable String maxBytes;

    @Option(names = "--max-files", paramLabel = "N", description = "The most files.")
    private @Nullable String maxFiles;

    @Option(
            names = "--when-full",
            paramLabel = "POLICY",
            description = "stop: decline new rows (default). evict: remove old rows for new ones.")
    private @Nullable LimitPolicy policy;

    @Option(names = "--none", description = "Remove the limits.")
    private boolean none;

    @Mixin private ChangeOptions change = new ChangeOptions();

    private final Terminal terminal;

    LimitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        boolean sizes = maxBytes != null || maxFiles != null;
        if (none ? sizes || policy != null : policy != null && !sizes) {
            throw CommandFailure.usage("give --max-bytes, --max-files or both, or --none alone");
        }
        Optional<CacheLimits> limits = sizes ? Optional.of(limits()) : Optional.empty();
        CacheDirectory directory = option.open(terminal);
        if (!none && !sizes) {
            change.print(LimitReport.present(terminal, directory));
            return ExitCode.OK;
        }
        return change.run(
                terminal,
                () -> LimitReport.planned(terminal, directory, limits),
                () -> {
                    limits.ifPresentOrElse(directory::setLimits, directory::removeLimits);
                    return LimitReport.present(terminal, directory);
                });
    }

    private CacheLimits limits() {
        CacheLimits.Builder limits = CacheLimits.builder();
        if (maxBytes != null) {
            limits.maxBytes(Figures.parseBytes(maxBytes));
        }
        if (maxFiles != null) {
            limits.maxFiles(Figures.parseCount(maxFiles));
        }
        return limits.policy(policy == null ? LimitPolicy.STOP : policy).build();
    }
}
