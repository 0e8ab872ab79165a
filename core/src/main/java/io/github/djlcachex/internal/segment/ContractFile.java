package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.Interrupts;
import io.github.djlcachex.internal.io.NotRegularFileException;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.internal.io.WritableFile;
import io.github.djlcachex.row.ContractConflictException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * The file {@code contract.json} of a generation: how it is read, agreed on and rebuilt.
 *
 * <p>Agreement: a writer writes its proposal to a temporary file, forces it, and gives it the final
 * name by a hard link, which fails if a racing writer was first; then it reads the winner's. The
 * final name never holds a file that is not complete. Without hard links the proposal is renamed to
 * a name with its own hash, and two that differ are a conflict.
 *
 * <p>Recovery: a missing or damaged contract is taken from any intact segment, whose metadata
 * repeats it. A damaged file is moved aside, never deleted.
 */
public final class ContractFile {

    private static final Logger logger = LoggerFactory.getLogger(ContractFile.class);

    private static final String NAME = "contract.json";
    private static final String HASHED_NAME = "contract-[0-9a-f]{8}\\.json";
    private static final int MAX_ATTEMPTS = 8;

    private final Storage storage;
    private final Path generation;
    private final WriterId writer;
    private final AtomicLong proposals = new AtomicLong();
    private final AtomicBoolean warnedOfUnreadable = new AtomicBoolean();

    /**
     * Creates the access to a generation's contract.
     *
     * @param storage the storage
     * @param generation the generation directory
     * @param writer the identity of this store
     */
    public ContractFile(Storage storage, Path generation, WriterId writer) {
        this.storage = storage;
        this.generation = generation;
        this.writer = writer;
    }

    /**
     * Reads the contract; from the segments if the file is missing or damaged.
     *
     * @param segments the segments directory
     * @param isOurs tells a segment's contract from one of a stray file
     * @return the contract, or empty if nothing was ever written
     * @throws UnsupportedFormatException if a newer version wrote it
     * @throws ContractConflictException if two contracts contradict each other
     * @throws IOException if it cannot be read
     */
    public Optional<Contract> find(Path segments, Predicate<Contract> isOurs) throws IOException {
        return Interrupts.shield(
                () -> {
                    try {
                        Optional<Contract> contract = read();
                        return contract.isPresent() ? contract : fromSegments(segments, isOurs);
                    } catch (CorruptFileException e) {
                        Optional<Contract> rebuilt = fromSegments(segments, isOurs);
                        logger.warn(
                                "{} It is {}.",
                                e.getMessage(),
                                rebuilt.isPresent() ? "taken from a segment" : "given up");
                        return rebuilt;
                    } catch (AccessDeniedException e) {
                        return insteadOfUnreadable(fromSegments(segments, isOurs), e);
                    }
                });
    }

    /** Asked at each refresh until there is a contract: one warning is enough. */
    private Optional<Contract> insteadOfUnreadable(
            Optional<Contract> found, AccessDeniedException refusal) {
        if (!warnedOfUnreadable.getAndSet(true)) {
            logger.warn(
                    "{} may not be read; its text is {}",
                    refusal.getMessage(),
                    found.isPresent() ? "taken from a segment" : "in no segment that may be read");
        }
        return found;
    }

    /**
     * Tells what is wrong with the file, and changes nothing.
     *
     * @return why it cannot be used, or that it is missing; empty if it is intact
     * @throws IOException if it cannot be read
     */
    public Optional<String> problem() throws IOException {
        return Interrupts.shield(
                () -> {
                    try {
                        return read().isPresent()
                                ? Optional.empty()
                                : Optional.of(generation.resolve(NAME) + " is missing");
                    } catch (CorruptFileException
                            | UnsupportedFormatException
                            | ContractConflictException e) {
                        return Optional.of(String.valueOf(e.getMessage()));
                    }
                });
    }

    /**
     * Makes a contract the generation's, unless it has one already.
     *
     * @param proposed the contract that the first write asks for
     * @return the generation's contract, which may be another writer's
     * @throws UnsupportedFormatException if a newer version wrote the one that is there
     * @throws ContractConflictException if two contracts contradict each other
     * @throws IOException if the proposal cannot be written
     */
    public Contract agree(Contract proposed) throws IOException {
        return Interrupts.shield(
                () -> {
                    try {
                        return tryAgree(proposed);
                    } catch (NoSuchFileException e) {
                        return tryAgree(proposed); // another opener took it for a leftover
                    }
                });
    }

    private Contract tryAgree(Contract proposed) throws IOException {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            try {
                Optional<Contract> existing = read();
                if (existing.isPresent()) {
                    return existing.get();
                }
            } catch (CorruptFileException e) {
                moveDamagedAside();
            }
            if (publish(proposed)) {
                storage.forceDirectory(generation);
            }
        }
        throw new IOException("no contract to read in " + generation + " after it was written");
    }

    /** Returns false if another writer was first. */
    private boolean publish(Contract proposed) throws IOException {
        String text = ContractJson.encode(proposed);
        Path temporary =
                generation.resolve(
                        new SegmentName(writer, proposals.getAndIncrement()).temporaryFile());
        try {
            write(temporary, text);
            return giveName(temporary, text);
        } finally {
            storage.deleteIfExists(temporary);
        }
    }

    private boolean giveName(Path temporary, String text) throws IOException {
        try {
            storage.link(temporary, generation.resolve(NAME));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            logger.debug("no hard links in {}, using a name with a hash", generation, e);
            return publishByRename(temporary, text);
        }
    }

    private boolean publishByRename(Path temporary, String text) throws IOException {
        String hash = String.format(Locale.ROOT, "%08x", text.hashCode());
        storage.rename(temporary, generation.resolve("contract-" + hash + ".json"));
        return true;
    }

    private void write(Path temporary, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        try (WritableFile file = storage.create(temporary)) {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force();
        }
    }

    /**
     * Deletes the contract, and so lets the next write propose another one.
     *
     * @throws IOException if it cannot be deleted
     */
    public void delete() throws IOException {
        Interrupts.shield(
                () -> {
                    for (String name : names()) {
                        storage.deleteIfExists(generation.resolve(name));
                    }
                    storage.forceDirectory(generation);
                    return true;
                });
    }

    private Optional<Contract> read() throws IOException {
        List<Contract> contracts = new ArrayList<>();
        for (String name : names()) {
            try {
                contracts.add(read(name));
            } catch (NoSuchFileException e) {
                logger.debug("{} is not there", e.getMessage());
            }
        }
        for (Contract contract : contracts) {
            if (!contract.sameRows(contracts.get(0))) {
                throw new ContractConflictException(
                        Problem.of(
                                generation.toString(),
                                "one contract: " + contracts.get(0),
                                "another: " + contract,
                                "two writers began with different outputs: remove the wrong one"));
            }
        }
        return contracts.stream().findFirst();
    }

    /** The fixed name is asked for even if it is not listed: a listing may be stale. */
    private Set<String> names() throws IOException {
        Set<String> names = new TreeSet<>(Set.of(NAME));
        for (String name : storage.list(generation)) {
            if (name.matches(HASHED_NAME)) {
                names.add(name);
            }
        }
        return names;
    }

    private Contract read(String name) throws IOException {
        Path path = generation.resolve(name);
        try (ReadableFile file = storage.open(path)) {
            long size = file.sizeBytes();
            if (size > ContractJson.MAX_BYTES) {
                throw new CorruptFileException(
                        Problem.of(
                                path.toString(),
                                "at most " + ContractJson.MAX_BYTES + " bytes",
                                size + " bytes",
                                "it is rebuilt from the segments, if there are any"));
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            file.readFully(bytes, 0);
            return ContractJson.decode(
                    new String(bytes.array(), StandardCharsets.UTF_8), path.toString());
        }
    }

    /**
     * One that cannot be read now may have a contract: without another one the answer is not none.
     */
    private Optional<Contract> fromSegments(Path segments, Predicate<Contract> isOurs)
            throws IOException {
        IOException unread = null;
        for (String fileName : storage.list(segments)) {
            Optional<SegmentName> name = SegmentName.parse(fileName, SegmentName.COMMITTED);
            if (name.isPresent()) {
                try {
                    Contract contract =
                            SegmentMetadata.readContract(
                                    storage, segments.resolve(fileName), name.get());
                    if (isOurs.test(contract)) {
                        return Optional.of(contract);
                    }
                } catch (CorruptFileException
                        | UnsupportedFormatException
                        | NoSuchFileException
                        | NotRegularFileException
                        | AccessDeniedException e) {
                    logger.debug("no contract in {}", fileName, e);
                } catch (IOException e) {
                    unread = unread == null ? e : unread;
                }
            }
        }
        if (unread != null) {
            throw unread;
        }
        return Optional.empty();
    }

    /** Reads again before: a racing repairer may have put a good one there by now. */
    private void moveDamagedAside() throws IOException {
        Path aside = generation.resolve("contract-damaged-" + WriterId.draw() + ".json");
        for (String name : names()) {
            try {
                read(name);
            } catch (NoSuchFileException e) {
                logger.debug("{} is not there", e.getMessage());
            } catch (CorruptFileException e) {
                storage.rename(generation.resolve(name), aside);
                logger.warn("{} It was moved to {}.", e.getMessage(), aside);
                giveBackIfIntact(aside, name);
                return;
            }
        }
    }

    /** Another repairer may have put a good one there between the reading and the move. */
    private void giveBackIfIntact(Path aside, String name) throws IOException {
        try {
            read(String.valueOf(aside.getFileName()));
            storage.link(aside, generation.resolve(name));
        } catch (CorruptFileException e) {
            logger.debug("{} was damaged indeed", aside);
        } catch (FileAlreadyExistsException | UnsupportedOperationException e) {
            logger.debug("{} has its name again, or cannot have it", name, e);
        }
    }
}
