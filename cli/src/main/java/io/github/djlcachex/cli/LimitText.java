package io.github.djlcachex.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.DiskUsage;
import io.github.djlcachex.cache.LimitPolicy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The limits of a cache directory beside its size, as text. */
final class LimitText {

    private LimitText() {}

    static String of(Optional<CacheLimits> limits, DiskUsage usage) {
        String used = Figures.bytes(usage.bytes()) + " in " + Figures.count(usage.files(), "file");
        return limits.map(LimitText::of).orElse("none") + "; the directory has " + used;
    }

    static String of(CacheLimits limits) {
        List<String> parts = new ArrayList<>();
        limits.maxBytes().ifPresent(bytes -> parts.add(Figures.bytes(bytes)));
        limits.maxFiles().ifPresent(files -> parts.add(Figures.count(files, "file")));
        return String.join(" and ", parts) + ", then " + policy(limits.policy());
    }

    private static String policy(LimitPolicy policy) {
        return policy == LimitPolicy.STOP
                ? "new rows are declined"
                : "old rows are removed for new ones";
    }

    static void write(JsonGenerator json, Optional<CacheLimits> limits, DiskUsage usage)
            throws IOException {
        json.writeObjectFieldStart("cacheDirectory");
        json.writeNumberField("bytes", usage.bytes());
        json.writeNumberField("files", usage.files());
        write(json, "maxBytes", limits.map(CacheLimits::maxBytes).orElse(OptionalLong.empty()));
        write(json, "maxFiles", limits.map(CacheLimits::maxFiles).orElse(OptionalLong.empty()));
        json.writeStringField(
                "policy", limits.map(CacheLimits::policy).map(Enum::name).orElse(null));
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String field, OptionalLong limit)
            throws IOException {
        if (limit.isPresent()) {
            json.writeNumberField(field, limit.getAsLong());
        } else {
            json.writeNullField(field);
        }
    }
}
