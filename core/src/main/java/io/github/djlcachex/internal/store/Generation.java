package io.github.djlcachex.internal.store;

import io.github.djlcachex.internal.index.RowIndex;
import io.github.djlcachex.internal.segment.Contract;
import io.github.djlcachex.internal.segment.ContractFile;
import io.github.djlcachex.internal.segment.SegmentFile;
import io.github.djlcachex.row.ContractConflictException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.KeyTypeMismatchException;
import io.github.djlcachex.row.Problem;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.SchemaMismatchException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;

/**
 * The contract of a store's generation and the index that follows from it.
 *
 * <p>What is asked of the disk is asked under a lock of its own: a filesystem that hangs must not
 * keep anybody from going on with rows in memory.
 *
 * <p>A process that may not store rows has a contract of its own, for its memory tier, until the
 * one on disk appears; that one wins.
 */
final class Generation {

    /**
     * A contract with its index.
     *
     * @param contract the contract
     * @param agreed true if it is the one on disk
     * @param index the index of the rows on disk and of those that wait
     * @param tier the rows in memory, all of this contract's columns
     * @param narrowing the conversion of its rows, or null if they are served as they are stored
     */
    record State(
            Contract contract,
            boolean agreed,
            RowIndex index,
            MemoryTier tier,
            @Nullable Narrowing narrowing) {

        State(Contract contract, boolean agreed, RowIndex index, MemoryTier tier) {
            this(contract, agreed, index, tier, Narrowing.of(contract.schema()));
        }

        /** The columns that users see. */
        RowSchema servedSchema() {
            Narrowing conversion = narrowing;
            return conversion == null ? contract.schema() : conversion.served();
        }

        /** Refuses keys or rows of another kind. */
        void check(String subject, KeyType keyType, RowSchema schema) {
            if (keyType != contract.keyType()) {
                throw new KeyTypeMismatchException(
                        Problem.of(
                                subject,
                                contract.keyType() + " keys, as at its first write",
                                keyType + " keys",
                                "use one kind of ids for a module, or another module id, or reset() the"
                                        + " cache, which deletes its rows"));
            }
            checkColumns(subject, contract.schema(), schema);
        }

        /** Refuses rows of other columns than users see. */
        void checkServed(String subject, RowSchema schema) {
            checkColumns(subject, servedSchema(), schema);
        }

        private static void checkColumns(String subject, RowSchema expected, RowSchema schema) {
            if (!schema.equals(expected)) {
                throw new SchemaMismatchException(
                        Problem.of(
                                subject,
                                expected + ", as at its first write",
                                schema.toString(),
                                "use another module id or fingerprint for other outputs, or reset() the"
                                        + " cache, which deletes its rows and columns"));
            }
        }

        void check(String subject, KeyType keyType) {
            check(subject, keyType, contract.schema());
        }
    }

    private static final Logger logger = LoggerFactory.getLogger(Generation.class);

    private final StorePaths paths;
    private final String moduleId;
    private final String fingerprint;
    private final ContractFile file;
    private final SourceTable sources;
    private final long memoryTierBytes;
    private final String subject;
    private final Object diskLock = new Object();
    private volatile @Nullable State state;

    Generation(
            StorePaths paths,
            String moduleId,
            String fingerprint,
            ContractFile file,
            SourceTable sources,
            long memoryTierBytes) {
        this.paths = paths;
        this.moduleId = moduleId;
        this.fingerprint = fingerprint;
        this.file = file;
        this.sources = sources;
        this.memoryTierBytes = memoryTierBytes;
        this.subject = "module '" + moduleId + "' in " + paths.generation();
    }

    @Nullable State state() {
        return state;
    }

    /** Removes the rows from the memory tier that were read from some files. */
    void forgetInMemory(Set<SegmentFile> files) {
        State current = state;
        if (current != null) {
            current.tier().removeFrom(files);
        }
    }

    /** What messages call this generation. */
    String subject() {
        return subject;
    }

    /** Looks for the contract on disk; returns whether there is one. */
    boolean discover() throws IOException {
        synchronized (diskLock) {
            State current = state;
            if (current != null && current.agreed()) {
                return true;
            }
            Optional<Contract> found = file.find(paths.segments(), this::isOurs);
            found.ifPresent(this::adopt);
            return found.isPresent();
        }
    }

    /** Held while the contract's file is read or written; before the rows' lock. */
    Object diskLock() {
        return diskLock;
    }

    /** The agreed state, or null before the first put. */
    @Nullable State agreed() {
        State current = state;
        return current != null && current.agreed() ? current : null;
    }

    /** Agrees on a contract, on disk: perhaps on one for rows of another kind. */
    State agreeOnDisk(KeyType keyType, RowSchema schema) throws IOException {
        synchronized (diskLock) {
            State current = agreed();
            return current != null ? current : adopt(file.agree(propose(keyType, schema)));
        }
    }

    /** Writes the agreed contract if its file is gone or damaged. */
    void restore() throws IOException {
        synchronized (diskLock) {
            State current = agreed();
            if (current != null) {
                file.agree(current.contract());
            }
        }
    }

    /** The same, with a warning if it cannot be written. */
    void restoreOrWarn() {
        try {
            restore();
        } catch (IOException e) {
            logger.warn(
                    "cannot write the contract of {} again: {}", paths.generation(), e.toString());
        }
    }

    /**
     * Gives the contract up, on disk too: the next write proposes another one. The caller holds the
     * lock of the disk, and the rows' lock.
     */
    void forget() throws IOException {
        file.delete();
        State current;
        synchronized (this) {
            current = state;
            state = null;
        }
        if (current != null) {
            current.index().retire();
        }
    }

    /** What is wrong with the contract's file, if anything. */
    Optional<String> contractProblem() throws IOException {
        return file.problem();
    }

    /** The state for rows that are only kept in memory. */
    synchronized State provisional(KeyType keyType, RowSchema schema) {
        State current = state;
        if (current == null) {
            current = withIndex(propose(keyType, schema), false, newTier());
            state = current;
        }
        current.check(subject, keyType, schema);
        return current;
    }

    private Contract propose(KeyType keyType, RowSchema schema) {
        long seed = new SecureRandom().nextLong();
        return new Contract(moduleId, fingerprint, keyType, schema, seed);
    }

    private synchronized State adopt(Contract contract) {
        if (!isOurs(contract)) {
            throw new ContractConflictException(
                    Problem.of(
                            paths.generation().toString(),
                            "the contract of module '"
                                    + moduleId
                                    + "', fingerprint '"
                                    + fingerprint
                                    + "'",
                            "module '"
                                    + contract.moduleId()
                                    + "', '"
                                    + contract.fingerprint()
                                    + "'",
                            "the directory was copied or renamed: give it its own name back"));
        }
        State provisional = state;
        MemoryTier tier =
                provisional != null && contract.sameRows(provisional.contract())
                        ? provisional.tier()
                        : newTier();
        State adopted = withIndex(contract, true, tier);
        state = adopted;
        return adopted;
    }

    private boolean isOurs(Contract contract) {
        return contract.moduleId().equals(moduleId) && contract.fingerprint().equals(fingerprint);
    }

    /** Tells whether a segment's rows belong here. */
    boolean accepts(Contract contract) {
        State current = state;
        return current != null && isOurs(contract) && contract.sameRows(current.contract());
    }

    private MemoryTier newTier() {
        return new MemoryTier(memoryTierBytes);
    }

    private State withIndex(Contract contract, boolean agreed, MemoryTier tier) {
        RowIndex index = RowIndex.create(contract.keyType(), contract.hashSeed(), sources);
        return new State(contract, agreed, index, tier);
    }
}
