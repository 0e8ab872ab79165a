package io.github.djlcachex.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Modules in a directory, made of the classes that the tests run with and the descriptors in the
 * sources, and a program above them.
 */
public final class TestModules {

    private static final String SOURCES = "sources";

    private final Path directory;
    private final Pattern libraries;
    private final List<Path> modules = new ArrayList<>();

    /**
     * @param directory an empty directory
     * @param libraries the names of the jars of the class path that users of the modules have: no
     *     test tools, some of which are modules without a name
     */
    public TestModules(Path directory, Pattern libraries) {
        this.directory = directory;
        this.libraries = libraries;
    }

    /** Makes a module of the classes that are where {@code type} is, by a descriptor's source. */
    public void add(String name, Class<?> type, Path descriptor) throws IOException {
        Path module = directory.resolve(name);
        copyClasses(location(type), module);
        javac(
                "--patch-module",
                name + "=" + module,
                "-d",
                module.toString(),
                "--module-path",
                modulePath(),
                descriptor.toString());
        modules.add(module);
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Copies the classes of a directory or a jar, less its descriptor. */
    private static void copyClasses(Path from, Path to) throws IOException {
        if (Files.isDirectory(from)) {
            copyTree(from, to);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(from)) {
                copyTree(jar.getPath("/"), to);
            }
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        for (Path file : TestFiles.below(from, ".class")) {
            if (!file.endsWith("module-info.class")) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    /** Compiles a program as a module above the others, if it has a descriptor. */
    public Path compileProgram(Map<String, String> sources) throws IOException {
        boolean named = sources.containsKey("module-info.java");
        String kind = named ? "user" : "user-without-name";
        Path classes = directory.resolve(kind);
        Path written = Files.createDirectories(directory.resolve(SOURCES).resolve(kind));
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString()));
        arguments.addAll(List.of(named ? "--module-path" : "--class-path", modulePath()));
        for (Map.Entry<String, String> source : new LinkedHashMap<>(sources).entrySet()) {
            Path file = written.resolve(source.getKey());
            arguments.add(Files.writeString(file, source.getValue()).toString());
        }
        javac(arguments.toArray(String[]::new));
        return classes;
    }

    /** The modules so far and the libraries. */
    public String modulePath() {
        return Stream.concat(modules.stream().map(Path::toString), libraries())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Stream<String> libraries() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> libraries.matcher(fileName(entry)).matches());
    }

    private static String fileName(String entry) {
        return String.valueOf(Path.of(entry).getFileName());
    }

    /** Runs the compiler, and fails with its output. */
    public static void javac(String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int exit = ToolProvider.findFirst("javac").orElseThrow().run(writer, writer, arguments);
        assertThat(exit).as(output.toString()).isZero();
    }
}
