package io.github.djlcachex.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.InvalidRowsException;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.NpyHeader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Ids that are texts of numbers, in files of their own, or no ids at all. */
class IdsTest extends ImportTest {

    private Path csv(String text) throws IOException {
        return Files.writeString(files.resolve("v.csv"), text);
    }

    private Path array(String name, String descr, int rows, ByteBuffer elements, long... shape)
            throws IOException {
        long[] all = new long[shape.length + 1];
        all[0] = rows;
        System.arraycopy(shape, 0, all, 1, shape.length);
        NpyHeader header = NpyHeader.of(descr, all);
        byte[] encoded = header.encode(header.bytes());
        ByteBuffer file = ByteBuffer.allocate(encoded.length + elements.capacity());
        file.put(encoded).put(elements.duplicate().clear());
        return Files.write(files.resolve(name), file.array());
    }

    private Path vectors(String name, int rows) throws IOException {
        ByteBuffer elements = ByteBuffer.allocate(rows * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 2 * rows; i++) {
            elements.putFloat(4 * i, i);
        }
        return array(name, "<f4", rows, elements, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"007", "+7", " 7", "7 ", "-0", "\u0667", "7.0", ""})
    void id_thatIsNotAsAnIntegerIsWritten_isNeverThatInteger(String id) throws IOException {
        StringBuilder text = new StringBuilder("id,v\n");
        for (int i = 0; i < 70_000; i++) { // more than one chunk, so that integers are decided
            text.append(i + 100).append(",1.5\n");
        }
        Path file = csv(text + id + ",2.5\n");
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(() -> importer(to, FileFormat.CSV, file).run())
                    .isInstanceOf(InvalidKeyException.class)
                    .hasMessageContaining("line 70002")
                    .hasMessageContaining("'" + id + "'".substring(id.isEmpty() ? 1 : 0));
            assertThat(to.contains(7)).isFalse();
            assertThat(to.contains(0)).isFalse();
        }
    }

    @Test
    void id_ofLinesForIntegerKeys_isNeverAnotherOne() throws IOException {
        Path file = vectors("v.npy", 2);
        Path ids = Files.writeString(files.resolve("lines.txt"), "9\n010\n");
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(
                            () ->
                                    importer(to, FileFormat.NPY, file)
                                            .ids(ids)
                                            .keyType(KeyType.INT64)
                                            .run())
                    .isInstanceOf(InvalidKeyException.class)
                    .hasMessageContaining("'010'");
            assertThat(to.contains(10)).isFalse();
        }
    }

    @Test
    void ids_behindAByteOrderMark_areWithoutIt() throws IOException {
        Path file = vectors("v.npy", 2);
        Files.writeString(files.resolve("v.ids.txt"), "\uFEFFa\r\nb\r\n");
        try (FeatureCache to = open("to")) {
            importer(to, FileFormat.NPY, file).run();
            assertThat(to.get("a").orElseThrow()).containsExactly(0, 1);
            assertThat(to.get("b").orElseThrow()).containsExactly(2, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"header\na\nb\n", "a\n", "a\n\nb\n", ""})
    void ids_moreOrFewerThanRows_storeNothing(String lines) throws IOException {
        Path file = vectors("v.npy", 2);
        Path named = Files.writeString(files.resolve("lines.txt"), lines);
        Path beside = Files.writeString(files.resolve("v.ids.txt"), lines);
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(() -> importer(to, FileFormat.NPY, file).ids(named).run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining(named.toString());
            assertThatThrownBy(() -> importer(to, FileFormat.NPY, file).run())
                    .isInstanceOf(InvalidRowsException.class)
                    .hasMessageContaining(beside.toString());
            assertThat(to.schema()).as("nothing was stored").isEmpty();
        }
    }

    @Test
    void ids_halvesOfSurrogatePairs_areRefused() throws IOException {
        Path file = vectors("v.npy", 2);
        ByteBuffer characters = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        characters.putInt('a').putInt(0xD800).putInt('a').putInt(0xD801);
        array("v.ids.npy", "<U2", 2, characters);
        try (FeatureCache to = open("to")) {
            assertThatThrownBy(() -> importer(to, FileFormat.NPY, file).run())
                    .isInstanceOf(CorruptFileException.class)
                    .isInstanceOf(CacheException.class)
                    .hasMessageContaining("Unicode");
            assertThat(to.schema()).as("nothing was stored").isEmpty();
        }
    }
}
