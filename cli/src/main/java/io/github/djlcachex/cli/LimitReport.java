package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.DiskUsage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A LimitReport tells the limits of a directory beside its size, and those that are to come. */
final class LimitReport extends Change {

    private final Optional<CacheLimits> limits;
    private final DiskUsage usage;
    private final Optional<String> planned;

    private LimitReport(
            Terminal terminal,
            Optional<CacheLimits> limits,
            DiskUsage usage,
            Optional<String> planned) {
        super(terminal, "limit");
        this.limits = limits;
        this.usage = usage;
        this.planned = planned;
    }

    static LimitReport present(Terminal terminal, CacheDirectory directory) {
        return new LimitReport(terminal, directory.limits(), directory.usage(), Optional.empty());
    }

    /** The limits that are there, and others or none that would take their place. */
    static LimitReport planned(
            Terminal terminal, CacheDirectory directory, Optional<CacheLimits> next) {
        String text = next.map(LimitText::of).orElse("none");
        return new LimitReport(terminal, directory.limits(), directory.usage(), Optional.of(text));
    }

    @Override
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("limit: " + LimitText.of(limits, usage));
        planned.ifPresent(text -> lines.add("would become: " + text));
        return lines;
    }

    @Override
    boolean isNothing() {
        return false;
    }

    @Override
    int exitCode() {
        return ExitCode.OK;
    }

    @Override
    void writeJson(JsonGenerator json) throws IOException {
        json.writeBooleanField("dryRun", planned.isPresent());
        LimitText.write(json, limits, usage);
    }
}
