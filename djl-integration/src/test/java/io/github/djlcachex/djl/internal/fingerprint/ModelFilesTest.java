package io.github.djlcachex.djl.internal.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.djlcachex.djl.ModuleFingerprint;
import io.github.djlcachex.djl.UnsupportedBlockException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fingerprints of files depend on their names below what is given, and on their bytes. */
class ModelFilesTest {

    @TempDir Path directory;

    private Path write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private Path savedModel(String name) throws IOException {
        write(name + "/saved_model.pb", "graph");
        write(name + "/variables/variables.index", "index");
        write(name + "/assets/vocabulary.txt", "words");
        return directory.resolve(name);
    }

    @Test
    void ofFiles_directory_countsNamesAndBytesBelowItAndNoPath() throws IOException {
        String fingerprint = ModuleFingerprint.ofFiles(savedModel("a"));
        assertThat(fingerprint).startsWith("files-sha256:").hasSize(77);
        assertThat(ModuleFingerprint.ofFiles(savedModel("deep/er/b"))).isEqualTo(fingerprint);
        Path changed = savedModel("c");
        write("c/assets/vocabulary.txt", "other");
        assertThat(ModuleFingerprint.ofFiles(changed)).isNotEqualTo(fingerprint);
        Path renamed = savedModel("d");
        Files.move(renamed.resolve("assets/vocabulary.txt"), renamed.resolve("assets/vocabulary"));
        assertThat(ModuleFingerprint.ofFiles(renamed)).isNotEqualTo(fingerprint);
        Path added = savedModel("e");
        write("e/assets/more.txt", "");
        assertThat(ModuleFingerprint.ofFiles(added)).isNotEqualTo(fingerprint);
    }

    @Test
    void ofFiles_recordOfTheExport_isLeftOutBesideASavedModelAlone() throws IOException {
        String fingerprint = ModuleFingerprint.ofFiles(savedModel("a"));
        write("a/fingerprint.pb", "random");
        assertThat(ModuleFingerprint.ofFiles(directory.resolve("a"))).isEqualTo(fingerprint);
        write("b/fingerprint.pb", "one");
        String alone = ModuleFingerprint.ofFiles(directory.resolve("b"));
        write("b/fingerprint.pb", "two");
        assertThat(ModuleFingerprint.ofFiles(directory.resolve("b"))).isNotEqualTo(alone);
    }

    @Test
    void ofFiles_severalFiles_countInAnyOrderWithTheirNames() throws IOException {
        Path first = write("x/first", "1");
        Path second = write("x/second", "2");
        String both = ModuleFingerprint.ofFiles(first, second);
        assertThat(ModuleFingerprint.ofFiles(second, first)).isEqualTo(both);
        assertThat(ModuleFingerprint.ofFiles(first)).isNotEqualTo(both);
        assertThat(ModuleFingerprint.ofFiles(write("y/first", "2"), write("y/second", "1")))
                .isNotEqualTo(both);
        assertThat(ModuleFingerprint.ofFiles(write("z/first", "1"), write("z/second", "2")))
                .isEqualTo(both);
    }

    /** Bytes around an entry of external data as a protocol buffer has it. */
    private Path onnx(String name, String location, int bytesBefore) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(new byte[bytesBefore]);
        out.writeBytes("\n\blocation\u0012".getBytes(UTF_8));
        byte[] value = location.getBytes(UTF_8);
        out.write(value.length);
        out.write(value);
        out.write(new byte[10]);
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, out.toByteArray());
    }

    @Test
    void ofFiles_onnxWithExternalData_countsTheData() throws IOException {
        for (int before : new int[] {0, 7, (1 << 20) - 5, (1 << 20) + 4090}) {
            Path model = onnx("m" + before + "/m.onnx", "weights/m.data", before);
            String without = ModuleFingerprint.ofFiles(model);
            Path data = write("m" + before + "/weights/m.data", "1");
            String with = ModuleFingerprint.ofFiles(model);
            assertThat(with).isNotEqualTo(without);
            assertThat(ModuleFingerprint.ofFiles(directory.resolve("m" + before))).isEqualTo(with);
            Files.writeString(data, "2");
            assertThat(ModuleFingerprint.ofFiles(model)).isNotEqualTo(with);
        }
    }

    @Test
    void ofFiles_onnxWithDataOutsideItsFolder_isRefused() throws IOException {
        write("outside.data", "1");
        Path model = onnx("in/m.onnx", "../outside.data", 0);
        assertThatThrownBy(() -> ModuleFingerprint.ofFiles(model))
                .isInstanceOf(UnsupportedBlockException.class)
                .hasMessageContainingAll("m.onnx", "../outside.data");
    }

    @Test
    void ofFiles_nothingToRead_isRefused() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        Path loop = Files.createDirectory(directory.resolve("loop"));
        Files.createSymbolicLink(loop.resolve("again"), loop);
        for (Path each : new Path[] {empty, loop, directory.resolve("missing")}) {
            assertThatThrownBy(() -> ModuleFingerprint.ofFiles(each))
                    .isInstanceOf(UnsupportedBlockException.class)
                    .hasMessageContaining(each.toString());
        }
        assertThatThrownBy(ModuleFingerprint::ofFiles)
                .isInstanceOf(UnsupportedBlockException.class)
                .hasMessageContaining("found none");
    }
}
