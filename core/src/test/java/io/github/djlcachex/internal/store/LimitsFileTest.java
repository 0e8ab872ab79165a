package io.github.djlcachex.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.CacheDirectory;
import io.github.djlcachex.cache.CacheLimits;
import io.github.djlcachex.cache.LimitPolicy;
import io.github.djlcachex.internal.io.Crc32c;
import io.github.djlcachex.internal.io.FileStorage;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.InvalidOptionException;
import io.github.djlcachex.row.UnsupportedFormatException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

class LimitsFileTest {

    private static final CacheLimits LIMITS =
            CacheLimits.builder().maxBytes(1_000_000).policy(LimitPolicy.EVICT).build();

    @TempDir Path root;

    private Path file() {
        return root.resolve("limits.json");
    }

    /** Writes a text whose checksum is right, whatever it says. */
    private void write(String fields) throws IOException {
        String body = "{" + fields + "}";
        int crc = Crc32c.of(body.getBytes(StandardCharsets.UTF_8));
        String checksum = String.format(Locale.ROOT, "%08x", crc);
        Files.writeString(file(), "{" + fields + ",\"crc32c\":\"" + checksum + "\"}");
    }

    @Test
    void limits_areWhatWasSet() {
        CacheDirectory directory = CacheDirectory.of(root);
        assertThat(directory.limits()).isEmpty();
        directory.setLimits(LIMITS);
        assertThat(CacheDirectory.of(root).limits()).contains(LIMITS);
        CacheLimits others = CacheLimits.builder().maxFiles(10).build();
        directory.setLimits(others);
        assertThat(directory.limits()).contains(others);
        assertThat(others.policy()).isEqualTo(LimitPolicy.STOP);
        directory.removeLimits();
        directory.removeLimits();
        assertThat(directory.limits()).isEmpty();
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void limits_ofUnknownFields_areRead() throws IOException {
        write("\"format\":1,\"maxFiles\":7,\"policy\":\"STOP\",\"later\":[1,2]");
        assertThat(CacheDirectory.of(root).limits())
                .contains(CacheLimits.builder().maxFiles(7).build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"format\":1,\"maxBytes\":-1,\"policy\":\"STOP\"",
                "\"format\":1,\"maxBytes\":0,\"policy\":\"STOP\"",
                "\"format\":1,\"maxBytes\":1.5,\"policy\":\"STOP\"",
                "\"format\":1,\"maxBytes\":\"10\",\"policy\":\"STOP\"",
                "\"format\":1,\"maxBytes\":99999999999999999999999999,\"policy\":\"STOP\"",
                "\"format\":1,\"maxFiles\":9007199254740993000,\"policy\":\"STOP\"",
                "\"format\":1,\"maxBytes\":5,\"policy\":\"PURGE\"",
                "\"format\":1,\"maxBytes\":5",
                "\"format\":0,\"maxBytes\":5,\"policy\":\"STOP\"",
                "\"format\":4294967297,\"maxBytes\":5,\"policy\":\"STOP\"",
                "\"format\":1,\"maxBytes\":5,\"maxBytes\":6,\"policy\":\"STOP\"",
                "\"format\":1,\"maxBytes\":5,\"policy\":\"STOP\",\"x\":[[[[[[[[1]]]]]]]]",
                "\"maxBytes\":5,\"policy\":\"STOP\""
            })
    void limits_thatAreHostile_areRefused(String fields) throws IOException {
        write(fields);
        assertThatThrownBy(CacheDirectory.of(root)::limits)
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("limits.json");
    }

    @Test
    void limits_ofAnySize_areRefusedUnread() throws IOException {
        Files.writeString(file(), "[".repeat(10 << 20));
        assertThatThrownBy(CacheDirectory.of(root)::limits)
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("at most 4096 bytes");
    }

    @Test
    void limits_thatAreALink_areRefused() throws IOException {
        Path target = root.resolve("elsewhere");
        Files.writeString(target, "{}");
        Files.createSymbolicLink(file(), target);
        assertThatThrownBy(CacheDirectory.of(root)::limits)
                .isInstanceOf(CorruptFileException.class);
    }

    @Test
    void limits_ofANewerFormat_areNeitherReplacedNorRemoved() throws IOException {
        write("\"format\":2,\"maxTeapots\":5");
        byte[] before = Files.readAllBytes(file());
        CacheDirectory directory = CacheDirectory.of(root);
        assertThatThrownBy(directory::limits).isInstanceOf(UnsupportedFormatException.class);
        assertThatThrownBy(() -> directory.setLimits(LIMITS))
                .isInstanceOf(UnsupportedFormatException.class);
        assertThatThrownBy(directory::removeLimits).isInstanceOf(UnsupportedFormatException.class);
        assertThat(file()).hasBinaryContent(before);
    }

    @Test
    void damagedLimits_leaveThoseThatWereRead() throws IOException {
        LimitsFile limits = new LimitsFile(new FileStorage(), root);
        assertThat(limits.current()).isEmpty();
        CacheDirectory.of(root).setLimits(LIMITS);
        DirectoryLimits read = limits.current().orElseThrow();
        String text = Files.readString(file());
        Files.writeString(file(), text.replace("1000000", "9000000"));
        assertThat(limits.current()).contains(read);
        write("\"format\":2,\"maxTeapots\":5");
        assertThat(limits.current()).contains(read);
        Files.delete(file());
        assertThat(limits.current()).isEmpty();
    }

    @Test
    void damagedLimits_areReplacedByACall() throws IOException {
        Files.writeString(file(), "no limits");
        CacheDirectory.of(root).setLimits(LIMITS);
        assertThat(CacheDirectory.of(root).limits()).contains(LIMITS);
    }

    @Test
    void builder_withoutOrWithAbsurdLimits_isRefused() {
        assertThatThrownBy(CacheLimits.builder()::build).isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> CacheLimits.builder().maxBytes(0))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> CacheLimits.builder().maxFiles(1L << 41))
                .isInstanceOf(InvalidOptionException.class);
        assertThatThrownBy(() -> CacheLimits.builder().maxFiles(1).maxFiles(2))
                .isInstanceOf(InvalidOptionException.class);
    }
}
