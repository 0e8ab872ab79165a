package io.github.djlcachex.internal.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FilesystemTrait;
import io.github.djlcachex.cache.FindingLevel;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.internal.io.ForwardingStorage;
import io.github.djlcachex.internal.io.ReadableFile;
import io.github.djlcachex.internal.io.Storage;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalLong;

/** Filesystems that lie, and what the check says of them. */
class FilesystemProbeTest {

    private static final SystemFacts FACTS =
            new SystemFacts(
                    "ext4",
                    "rw",
                    OptionalLong.of(1 << 20),
                    OptionalLong.of(1 << 19),
                    OptionalLong.of(65_530),
                    OptionalLong.of(1 << 20));

    @TempDir Path root;

    /** What a process sees that caches nothing. */
    private static class Honest implements SecondProcess {
        final CheckFiles files;

        Honest(CheckFiles files) {
            this.files = files;
        }

        @Override
        public boolean sees(String name) throws IOException {
            return files.lists(name);
        }

        @Override
        public Sight await(String name, int size) throws IOException {
            return new Sight(files.lists(name), 0);
        }

        @Override
        public void write(String name, int size) throws IOException {
            Files.write(files.path(name), Pattern.bytes(size, 1));
        }

        @Override
        public void close() {}
    }

    private Finding finding(FilesystemTrait trait, Storage storage) throws IOException {
        return finding(trait, storage, FACTS, Honest::new);
    }

    private Finding finding(
            FilesystemTrait trait,
            Storage storage,
            SystemFacts facts,
            SecondProcess.Starter starter)
            throws IOException {
        CheckedFilesystem checked = new FilesystemProbe(storage, facts, starter).check(root);
        assertThat(checked.findings())
                .extracting(Finding::trait)
                .containsExactly(FilesystemTrait.values());
        assertThat(TestFiles.below(root, "")).isEmpty();
        assertThat(root).isEmptyDirectory();
        return checked.findings().stream()
                .filter(f -> f.trait() == trait)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void check_ofAnHonestFilesystem_findsNothing() throws IOException {
        CheckedFilesystem checked =
                new FilesystemProbe(new FileStorage(), FACTS, Honest::new).check(root);
        assertThat(checked.findings())
                .extracting(Finding::level)
                .doesNotContain(FindingLevel.PROBLEM, FindingLevel.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "RENAME, RENAME, PROBLEM",
        "LINK, LINK, NOTE",
        "FORCE_DIRECTORY, DIRECTORY_FSYNC, PROBLEM",
        "MAP, MAPPING, NOTE",
        "LAST_MODIFIED, CLOCK, PROBLEM",
        "FORCE, FILE_FSYNC, PROBLEM"
    })
    void operation_thatFails_isToldAndTheOthersAreChecked(
            Op op, FilesystemTrait trait, FindingLevel level) throws IOException {
        FaultyStorage faulty = new FaultyStorage();
        faulty.rule(
                (done, file) -> {
                    if (done == op) {
                        throw new IOException("injected");
                    }
                });
        Finding finding = finding(trait, faulty);
        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.observed()).contains("injected");
        assertThat(finding.advice()).isNotEmpty();
    }

    @Test
    void rename_thatCopies_isNotAtomic() throws IOException {
        Finding finding =
                finding(
                        FilesystemTrait.RENAME,
                        new ForwardingStorage(new FileStorage()) {
                            @Override
                            public void rename(Path from, Path to) throws IOException {
                                Files.deleteIfExists(to);
                                for (int i = 0; i < 1000; i++) { // a reader comes by meanwhile
                                    Files.exists(to);
                                }
                                Files.move(from, to);
                            }
                        });
        assertThat(finding.level()).isEqualTo(FindingLevel.PROBLEM);
        assertThat(finding.observed()).contains("found no file");
    }

    @Test
    void rename_thatLeavesTheFormerName_isAProblem() throws IOException {
        Finding finding =
                finding(
                        FilesystemTrait.RENAME,
                        new ForwardingStorage(new FileStorage()) {
                            @Override
                            public void rename(Path from, Path to) throws IOException {
                                Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
                            }
                        });
        assertThat(finding.observed()).contains("both names");
    }

    @Test
    void link_thatTakesATakenName_isAProblem() throws IOException {
        Finding finding =
                finding(
                        FilesystemTrait.LINK,
                        new ForwardingStorage(new FileStorage()) {
                            @Override
                            public void link(Path existing, Path link) throws IOException {
                                Files.copy(existing, link, StandardCopyOption.REPLACE_EXISTING);
                            }
                        });
        assertThat(finding.level()).isEqualTo(FindingLevel.PROBLEM);
    }

    @Test
    void directoryFsync_thatIsNotSupported_isANote() throws IOException {
        Finding finding =
                finding(
                        FilesystemTrait.DIRECTORY_FSYNC,
                        new ForwardingStorage(new FileStorage()) {
                            @Override
                            public void forceDirectory(Path directory) throws IOException {
                                throw new IOException("Invalid argument");
                            }
                        });
        assertThat(finding.level()).isEqualTo(FindingLevel.NOTE);
        assertThat(finding.observed()).contains("cannot be forced");
    }

    @Test
    void mapping_withOtherBytes_isAProblemAndNamesTheOption() throws IOException {
        Finding finding =
                finding(
                        FilesystemTrait.MAPPING,
                        new ForwardingStorage(new FileStorage()) {
                            @Override
                            public ReadableFile open(Path file) throws IOException {
                                return new Unmapped(super.open(file));
                            }
                        });
        assertThat(finding.level()).isEqualTo(FindingLevel.PROBLEM);
        assertThat(finding.option()).contains("readMode(ReadMode.POSITIONAL)");
    }

    private record Unmapped(ReadableFile file) implements ReadableFile {
        @Override
        public long sizeBytes() throws IOException {
            return file.sizeBytes();
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public ByteBuffer map(long position, long sizeBytes) {
            return ByteBuffer.allocate((int) sizeBytes);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"60000, NOTE, after", "-60000, NOTE, before", "7200000, PROBLEM, after"})
    void clock_thatIsOff_isTold(long offMs, FindingLevel level, String word) throws IOException {
        Finding finding =
                finding(
                        FilesystemTrait.CLOCK,
                        new ForwardingStorage(new FileStorage()) {
                            @Override
                            public long lastModifiedMs(Path file) throws IOException {
                                return super.lastModifiedMs(file) + offMs;
                            }
                        });
        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.observed()).contains(word);
    }

    @Test
    void secondProcess_thatSeesNothing_orOtherBytes_isTold() throws IOException {
        Storage real = new FileStorage();
        Finding blind =
                finding(
                        FilesystemTrait.ATTRIBUTE_CACHE,
                        real,
                        FACTS,
                        files ->
                                new Honest(files) {
                                    @Override
                                    public Sight await(String name, int size) {
                                        return new Sight(false, 0);
                                    }
                                });
        assertThat(blind.level()).isEqualTo(FindingLevel.NOTE);
        assertThat(blind.option()).hasValueSatisfying(o -> assertThat(o).contains("refresh"));
        Finding part =
                finding(
                        FilesystemTrait.SECOND_PROCESS,
                        real,
                        FACTS,
                        files ->
                                new Honest(files) {
                                    @Override
                                    public Sight await(String name, int size) {
                                        return new Sight(true, 3);
                                    }
                                });
        assertThat(part.observed()).contains("a part");
        Finding torn =
                finding(
                        FilesystemTrait.SECOND_PROCESS,
                        real,
                        FACTS,
                        files ->
                                new Honest(files) {
                                    @Override
                                    public void write(String name, int size) throws IOException {
                                        super.write(name, size / 2);
                                    }
                                });
        assertThat(torn.level()).isEqualTo(FindingLevel.PROBLEM);
        Finding none =
                finding(
                        FilesystemTrait.SECOND_PROCESS,
                        real,
                        FACTS,
                        files -> {
                            throw new IOException("no java");
                        });
        assertThat(none.level()).isEqualTo(FindingLevel.UNKNOWN);
    }

    @Test
    void limitsAndRoom_areHeldAgainstWhatACacheWants() {
        SystemFacts poor =
                new SystemFacts(
                        "tmpfs",
                        "",
                        OptionalLong.of(1000),
                        OptionalLong.of(50),
                        OptionalLong.of(1000),
                        OptionalLong.of(256));
        assertThat(LimitProbes.inodes(poor).level()).isEqualTo(FindingLevel.PROBLEM);
        assertThat(LimitProbes.mappings(poor).level()).isEqualTo(FindingLevel.NOTE);
        assertThat(LimitProbes.descriptors(poor).advice()).contains("ulimit -n");
        assertThat(LimitProbes.space(1 << 20).level()).isEqualTo(FindingLevel.PROBLEM);
        assertThat(LimitProbes.space(512L << 20).option()).contains("maxBytes(268435456L)");
        assertThat(LimitProbes.space(Long.MAX_VALUE).level()).isEqualTo(FindingLevel.UNKNOWN);
        OptionalLong none = OptionalLong.empty();
        SystemFacts silent = new SystemFacts("apfs", "", none, none, none, none);
        assertThat(
                        List.of(
                                LimitProbes.inodes(silent),
                                LimitProbes.mappings(silent),
                                LimitProbes.descriptors(silent)))
                .extracting(Finding::level)
                .containsOnly(FindingLevel.UNKNOWN);
    }

    @Test
    void observerProcess_seesAndWritesFiles() throws IOException {
        CheckFiles files = new CheckFiles(new FileStorage(), root);
        try (SecondProcess second = ObserverClient.start(files)) {
            assertThat(second.sees("a")).isFalse();
            files.write("a", 1000, 1);
            assertThat(second.sees("a")).isTrue();
            assertThat(second.await("a", 1000)).isEqualTo(new SecondProcess.Sight(true, 0));
            second.write("b", 1000);
            assertThat(Pattern.isWhole(files.read(files.path("b")), 1000)).isTrue();
        }
    }
}
