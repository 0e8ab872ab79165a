package io.github.djlcachex.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * DocsCode is the Java code of the pages under {@code docs}, which the tests of a module compile on
 * that module's class path.
 *
 * <p>A block of code is the body of a method. The comment in front of it, {@code <!-- given: Path
 * directory; Block block -->}, names the method's parameters.
 */
public final class DocsCode {

    private static final Path DOCS = Path.of("../docs");

    /** A comment if there is one, then a block of code. */
    private static final Pattern BLOCK =
            Pattern.compile(
                    "(?:<!-- given: ((?:(?!-->).)*)-->\\s*)?```java\\n(.*?)```", Pattern.DOTALL);

    private final Path classes;
    private final String imports;

    /**
     * Creates the code.
     *
     * @param classes where the compiled classes go
     * @param packages what a block may use without its package
     */
    public DocsCode(Path classes, String... packages) {
        this.classes = classes;
        this.imports =
                Arrays.stream(packages)
                        .map(name -> "import " + name + ".*;")
                        .collect(Collectors.joining("\n"));
    }

    /** Tells whether a page is of the module for Spark, whose class path no other module has. */
    public static boolean isOfSpark(String page) {
        return page.startsWith("spark");
    }

    /** Returns a test for each block of the pages of some names. */
    public Stream<DynamicTest> testsOf(Predicate<String> names) throws IOException {
        try (Stream<Path> pages = Files.list(DOCS)) {
            return pages.filter(page -> isNamed(page, names)).sorted().toList().stream()
                    .flatMap(this::testsOf);
        }
    }

    private static boolean isNamed(Path page, Predicate<String> names) {
        String name = String.valueOf(page.getFileName());
        return name.endsWith(".md") && names.test(name);
    }

    private Stream<DynamicTest> testsOf(Path page) {
        return BLOCK.matcher(read(page)).results().map(block -> testOf(page, block));
    }

    private DynamicTest testOf(Path page, MatchResult block) {
        String code = block.group(2);
        String name = page.getFileName() + ": " + code.lines().findFirst().orElse("");
        return DynamicTest.dynamicTest(
                name, () -> assertThat(errorsOf(source(block.group(1), code))).isEmpty());
    }

    private static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String source(@Nullable String given, String code) {
        String parameters = given == null ? "" : given.strip().replaceAll("\\s*;\\s*", ", ");
        return imports
                + "\nclass Snippet {\nvoid run("
                + parameters
                + ") throws Exception {\n"
                + code
                + "}\n}\n";
    }

    private String errorsOf(String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter errors = new StringWriter();
        JavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        List<String> options =
                List.of(
                        "-proc:none",
                        "-d",
                        classes.toString(),
                        "-classpath",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")));
        boolean compiled =
                compiler.getTask(errors, null, null, options, null, List.of(file)).call();
        return compiled ? "" : "does not compile: " + errors;
    }
}
