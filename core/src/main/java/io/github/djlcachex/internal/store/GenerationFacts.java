package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.GenerationCondition;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.ServedColumns;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the files of a generation tell.
 *
 * @param contract the contract, if its file or a segment tells it
 * @param directory the directory
 * @param condition what is wrong, if anything
 * @param segments the segments that can be read, by name
 * @param skippedSegments how many segments cannot
 * @param use the sizes of all files
 * @param lastUsedMs when it was last used, in milliseconds since 1970
 * @param inUse true if a store of a live process has it open for writing
 */
public record GenerationFacts(
        Optional<Contract> contract,
        Path directory,
        GenerationCondition condition,
        List<SegmentSummary> segments,
        int skippedSegments,
        TreeUse use,
        long lastUsedMs,
        boolean inUse) {

    public GenerationFacts {
        segments = List.copyOf(segments);
    }

    /** The cache directory that it is in. */
    public Path root() {
        Path module = Objects.requireNonNull(directory.toAbsolutePath().getParent());
        return Objects.requireNonNull(module.getParent());
    }

    public Optional<String> moduleId() {
        return contract.map(Contract::moduleId);
    }

    public Optional<String> fingerprint() {
        return contract.map(Contract::fingerprint);
    }

    public Optional<KeyType> keyType() {
        return contract.map(Contract::keyType);
    }

    public Optional<RowSchema> storedSchema() {
        return contract.map(Contract::schema);
    }

    public Optional<RowSchema> servedSchema() {
        return storedSchema().map(ServedColumns::of);
    }

    public long rows() {
        return segments.stream().mapToLong(SegmentSummary::rows).sum();
    }
}
