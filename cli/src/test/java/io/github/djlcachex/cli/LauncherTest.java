package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/** The script {@code bin/djlcachex}, with a jar that leads to the classes of this build. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    private static final Path SCRIPT = Path.of("..", "bin", "djlcachex").toAbsolutePath();

    @TempDir Path root;

    private Path jar;
    private Path cache;

    @BeforeEach
    void makeJarAndCache() throws IOException {
        jar = Files.createDirectory(root.resolve("a jar")).resolve("all.jar");
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        String classPath = System.getProperty("java.class.path");
        attributes.put(
                Attributes.Name.CLASS_PATH,
                Arrays.stream(classPath.split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toUri().toString())
                        .collect(Collectors.joining(" ")));
        try (OutputStream file = Files.newOutputStream(jar)) {
            new JarOutputStream(file, manifest).close();
        }
        cache = root.resolve("a cache");
        try (var filled = TestCaches.at(cache, "bert", "v1").open()) {
            filled.put("\u6f22\u5b57", new float[] {7, 8});
            filled.flush();
        }
    }

    private record Ended(int exit, String out) {}

    private Ended run(Map<String, String> environment, String... words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(words)));
        builder.directory(Path.of("/").toFile()).redirectErrorStream(true);
        builder.environment().put("DJLCACHEX_JAR", jar.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("XDG_CACHE_HOME", root.resolve("archives").toString());
        builder.environment().putAll(environment);
        builder.redirectInput(new File("/dev/null"));
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), out);
    }

    private Ended run(String... words) throws Exception {
        return run(Map.of(), words);
    }

    @Test
    void script_byALinkFromAnotherDirectory_runsTwice() throws Exception {
        Path link = Files.createSymbolicLink(root.resolve("link"), SCRIPT);
        for (int turn = 0; turn < 2; turn++) { // the second one uses the archive of the first
            Ended ls = run(link.toString(), "ls", cache.toString());
            assertThat(ls.exit()).as(ls.out()).isZero();
            assertThat(ls.out()).startsWith("MODULE@GENERATION").contains("bert@");
            assertThat(root.resolve("archives/djlcachex")).isDirectoryContaining("glob:**.jsa");
        }
    }

    @Test
    void script_withTheLocaleC_takesIdsOfAnyScript() throws Exception {
        for (String locale : List.of("C", "POSIX", "")) {
            Ended get =
                    run(
                            Map.of("LC_ALL", locale, "LC_CTYPE", "", "LANG", ""),
                            SCRIPT.toString(),
                            "get",
                            "bert",
                            "\u6f22\u5b57",
                            "-d",
                            cache.toString());
            assertThat(get.exit()).as(get.out()).isZero();
            assertThat(get.out()).contains("[7.0 8.0]");
        }
    }

    @Test
    void script_withoutInput_readsNoFileInItsPlace() throws Exception {
        String command = "exec \"$0\" get bert --ids - -d \"$1\" <&-";
        Ended get = run("/bin/sh", "-c", command, SCRIPT.toString(), cache.toString());
        assertThat(get.exit()).as(get.out()).isZero();
        assertThat(get.out()).isEmpty();
    }

    @Test
    void script_withoutAJarOrJava_saysSo() throws Exception {
        Ended noJar = run(Map.of("DJLCACHEX_JAR", "/no.jar"), SCRIPT.toString(), "ls");
        assertThat(noJar.exit()).isEqualTo(ExitCode.IO);
        assertThat(noJar.out()).contains("/no.jar", "DJLCACHEX_JAR");
        Ended noJava = run(Map.of("JAVA_HOME", "/none"), SCRIPT.toString(), "ls");
        assertThat(noJava.exit()).isEqualTo(ExitCode.IO);
        assertThat(noJava.out()).contains("/none/bin/java", "JAVA_HOME");
    }

    @Test
    void script_handsTheExitOn() throws Exception {
        Ended none = run(SCRIPT.toString(), "ls", root.resolve("none").toString());
        assertThat(none.exit()).isEqualTo(ExitCode.NO_CACHE);
        Ended usage = run(SCRIPT.toString(), "ls", "--format", "xml");
        assertThat(usage.exit()).isEqualTo(ExitCode.USAGE);
    }
}
