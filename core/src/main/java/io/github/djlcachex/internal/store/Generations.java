package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.GenerationCondition;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.ContractFile;
import io.github.djlcachex.internal.segment.SegmentFacts;
import io.github.djlcachex.internal.segment.SegmentMetadata;
import io.github.djlcachex.internal.segment.SegmentName;
import io.github.djlcachex.internal.segment.WriterId;
import io.github.djlcachex.row.ContractConflictException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The generations of a cache directory, as its files show them to a process without a store. */
public final class Generations {

    private static final Logger logger = LoggerFactory.getLogger(Generations.class);

    /** A file of a generation, with its time. */
    record Entry(Path path, FileKind kind, long bytes, long modifiedMs) {}

    private final Storage storage;
    private final Path root;

    public Generations(Storage storage, Path root) {
        this.storage = storage;
        this.root = root;
    }

    /** Returns the directories of generations, without links, which are told. */
    List<Path> list(BiConsumer<Path, String> passedOver) throws IOException {
        List<Path> generations = new ArrayList<>();
        for (Path module : modules(passedOver)) {
            generations.addAll(list(module, passedOver));
        }
        return generations;
    }

    private List<Path> modules(BiConsumer<Path, String> passedOver) throws IOException {
        List<Path> modules = new ArrayList<>();
        for (String name : storage.list(root)) {
            Path module = root.resolve(name);
            if (FileKind.isModuleName(name) && isDirectory(module, passedOver)) {
                modules.add(module);
            }
        }
        return modules;
    }

    private List<Path> list(Path module, BiConsumer<Path, String> passedOver) throws IOException {
        List<Path> generations = new ArrayList<>();
        for (String name : storage.list(module)) {
            Path generation = module.resolve(name);
            if (StorePaths.isGenerationName(name) && isDirectory(generation, passedOver)) {
                generations.add(generation);
            }
        }
        return generations;
    }

    private static boolean isDirectory(Path path, BiConsumer<Path, String> passedOver) {
        if (Files.isSymbolicLink(path)) {
            passedOver.accept(path, "it is a symbolic link");
            return false;
        }
        return Files.isDirectory(path);
    }

    /**
     * Returns what is known of each generation. Opens each segment, for its rows.
     *
     * @param leftOut gets the modules and generations that this user may not read
     */
    public List<GenerationFacts> facts(Consumer<Path> leftOut) throws IOException {
        List<GenerationFacts> facts = new ArrayList<>();
        for (Path module : modules((path, reason) -> {})) {
            for (Path generation : readable(module, leftOut)) {
                try {
                    facts.add(facts(generation));
                } catch (AccessDeniedException e) {
                    leftOut.accept(generation);
                }
            }
        }
        return facts;
    }

    private List<Path> readable(Path module, Consumer<Path> leftOut) throws IOException {
        try {
            return list(module, (path, reason) -> {});
        } catch (AccessDeniedException e) {
            leftOut.accept(module);
            return List.of();
        }
    }

    private GenerationFacts facts(Path generation) throws IOException {
        List<Entry> entries = entries(generation);
        GenerationCondition condition = GenerationCondition.INTACT;
        Optional<Contract> contract = Optional.empty();
        try {
            contract = contract(generation);
            condition = hasContract(generation) ? condition : GenerationCondition.NO_CONTRACT;
        } catch (UnsupportedFormatException e) {
            condition = GenerationCondition.NEWER_FORMAT;
        } catch (ContractConflictException e) {
            condition = GenerationCondition.NO_CONTRACT;
        }
        List<SegmentSummary> segments = new ArrayList<>();
        int skipped = 0;
        for (Entry entry : entries) {
            if (entry.kind() == FileKind.SEGMENT) {
                try {
                    Optional<SegmentSummary> segment = summary(entry.path());
                    segment.ifPresent(segments::add);
                    skipped += segment.isEmpty() ? 1 : 0;
                } catch (UnsupportedFormatException e) {
                    condition = GenerationCondition.NEWER_FORMAT;
                    skipped++;
                }
            }
        }
        return new GenerationFacts(
                contract,
                generation,
                condition,
                segments,
                skipped,
                TreeUse.of(entries),
                lastUsedMs(entries, System.currentTimeMillis()),
                isInUse(generation));
    }

    private Optional<SegmentSummary> summary(Path segment) {
        try {
            return Optional.of(SegmentSummary.of(segment, readFacts(segment)));
        } catch (CorruptFileException | IOException e) {
            logger.debug("{} has no rows to count", segment, e);
            return Optional.empty();
        }
    }

    /** Reads what a segment says of itself, which may have a number behind its name. */
    SegmentFacts readFacts(Path segment) throws IOException {
        String fileName =
                String.valueOf(segment.getFileName()).replaceFirst("\\.arrow\\.[0-9]+$", ".arrow");
        SegmentName name = SegmentName.parse(fileName, SegmentName.COMMITTED).orElseThrow();
        return SegmentMetadata.readFacts(storage, segment, name);
    }

    /** The contract of a generation, from a segment if there is no file of it. */
    private Optional<Contract> contract(Path generation) throws IOException {
        return contractFile(generation)
                .find(
                        generation.resolve(StorePaths.SEGMENTS),
                        contract -> belongsTo(contract, generation));
    }

    private boolean hasContract(Path generation) throws IOException {
        return contractFile(generation).problem().isEmpty();
    }

    private ContractFile contractFile(Path generation) {
        return new ContractFile(storage, generation, WriterId.draw());
    }

    /** Tells whether a contract is that of a generation, by the name of its directory. */
    boolean belongsTo(Contract contract, Path generation) {
        try {
            return StorePaths.of(root, contract.moduleId(), contract.fingerprint())
                    .generation()
                    .equals(generation);
        } catch (InvalidOptionException e) { // names that no cache has
            return false;
        }
    }

    /** Tells whether a newer version wrote the contract of a generation. */
    boolean isNewer(Path generation) throws IOException {
        try {
            contract(generation);
            return false;
        } catch (UnsupportedFormatException e) {
            return true;
        } catch (ContractConflictException e) {
            return false;
        }
    }

    /** Tells whether a store writes to a generation, or has it open in this JVM. */
    boolean isInUse(Path generation) throws IOException {
        return OpenStores.isOpen(generation)
                || UseMarks.isInUse(storage, generation, System.currentTimeMillis());
    }

    /** Returns all files of a generation, in the order of their names. */
    List<Entry> entries(Path generation) throws IOException {
        List<Entry> entries = new ArrayList<>();
        DiskUse.walk(
                generation,
                (file, attributes) -> {
                    boolean regular = attributes.isRegularFile();
                    entries.add(
                            new Entry(
                                    file,
                                    regular ? FileKind.of(root.relativize(file)) : FileKind.FOREIGN,
                                    DiskUse.bytes(attributes),
                                    attributes.lastModifiedTime().toMillis()));
                });
        entries.sort(Comparator.comparing(Entry::path));
        return entries;
    }

    /**
     * When a generation was last used: the time of its mark, or without one that of its newest
     * file. What is in the future was used now.
     */
    static long lastUsedMs(List<Entry> entries, long nowMs) {
        long newest = 0;
        for (Entry entry : entries) {
            if (entry.kind() == FileKind.MARK && entry.path().endsWith(UseMarks.USED)) {
                return Math.min(nowMs, entry.modifiedMs());
            }
            newest = Math.max(newest, entry.modifiedMs());
        }
        return Math.min(nowMs, newest);
    }
}
