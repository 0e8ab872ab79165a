package io.github.djlcachex.internal.check;

import io.github.djlcachex.cache.FilesystemTrait;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.Storage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A FilesystemProbe runs all probes in a directory of its own, and deletes that. */
public final class FilesystemProbe {

    static final String PREFIX = "djlcachex-check-";

    private static final String PERMISSIONS = "check the filesystem and the permissions";

    private static final Logger logger = LoggerFactory.getLogger(FilesystemProbe.class);

    private interface Probe {
        Finding run() throws IOException;
    }

    private final Storage storage;
    private final SystemFacts facts;
    private final SecondProcess.Starter starter;
    private final List<Finding> findings = new ArrayList<>();

    FilesystemProbe(Storage storage, SystemFacts facts, SecondProcess.Starter starter) {
        this.storage = storage;
        this.facts = facts;
        this.starter = starter;
    }

    /**
     * Checks the filesystem of a directory.
     *
     * @param root a directory that exists
     * @return what was seen
     * @throws IOException if nothing can be created there
     */
    public static CheckedFilesystem run(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
        return new FilesystemProbe(new FileStorage(), SystemFacts.of(root), ObserverClient::start)
                .check(root);
    }

    CheckedFilesystem check(Path root) throws IOException {
        Path own = Files.createTempDirectory(root, PREFIX);
        try {
            runAll(new CheckFiles(storage, own));
            return new CheckedFilesystem(
                    root,
                    facts.type(),
                    storage.isNetworkFilesystem(root),
                    findings.stream().sorted(Comparator.comparing(Finding::trait)).toList());
        } finally {
            delete(own);
        }
    }

    private void runAll(CheckFiles files) throws IOException {
        ForceProbe forces = new ForceProbe(files, facts.type());
        add(FilesystemTrait.RENAME, new RenameProbe(files)::run);
        add(FilesystemTrait.LINK, new LinkProbe(files)::run);
        add(FilesystemTrait.FILE_FSYNC, forces::runFiles);
        add(FilesystemTrait.DIRECTORY_FSYNC, forces::runDirectory);
        add(FilesystemTrait.MAPPING, new MappingProbe(files)::run);
        add(FilesystemTrait.CLOCK, new ClockProbe(files)::run);
        boolean network = storage.isNetworkFilesystem(files.directory());
        findings.addAll(new ProcessProbe(files, starter, facts.mountOptions(), network).run());
        add(FilesystemTrait.SPACE, () -> LimitProbes.space(storage.usableBytes(files.directory())));
        findings.add(LimitProbes.inodes(facts));
        findings.add(LimitProbes.mappings(facts));
        findings.add(LimitProbes.descriptors(facts));
    }

    private void add(FilesystemTrait trait, Probe probe) {
        try {
            findings.add(probe.run());
        } catch (IOException e) {
            String advice = isFull(e) ? LimitProbes.FREE : PERMISSIONS;
            findings.add(Finding.problem(trait, "failed: " + e, advice));
        }
    }

    /** Java has no type for a full disk, and no words of its own. */
    static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("quota exceeded");
    }

    private static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            logger.warn("cannot delete {}, which a check has made", directory, e);
        }
    }
}
