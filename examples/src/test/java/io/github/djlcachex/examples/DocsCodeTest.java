package io.github.djlcachex.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The Java code of the pages under {@code docs} compiles.
 *
 * <p>A block of code is the body of a method. The comment in front of it, {@code <!-- given: Path
 * directory; Block block -->}, names the method's parameters.
 */
class DocsCodeTest {

    private static final Path DOCS = Path.of("../docs");

    /** A comment if there is one, then a block of code. */
    private static final Pattern BLOCK =
            Pattern.compile(
                    "(?:<!-- given: ((?:(?!-->).)*)-->\\s*)?```java\\n(.*?)```", Pattern.DOTALL);

    private static final String IMPORTS =
            Stream.of(
                            "java.io",
                            "java.nio",
                            "java.nio.file",
                            "java.time",
                            "java.util",
                            "java.util.function",
                            "java.util.stream",
                            "ai.djl",
                            "ai.djl.basicdataset.cv.classification",
                            "ai.djl.inference",
                            "ai.djl.modality.cv.transform",
                            "ai.djl.ndarray",
                            "ai.djl.ndarray.types",
                            "ai.djl.nn",
                            "ai.djl.nn.core",
                            "ai.djl.repository.zoo",
                            "ai.djl.training",
                            "ai.djl.training.dataset",
                            "ai.djl.training.listener",
                            "ai.djl.training.loss",
                            "ai.djl.translate",
                            "io.github.djlcachex.cache",
                            "io.github.djlcachex.row",
                            "io.github.djlcachex.djl",
                            "io.github.djlcachex.tensor",
                            "io.github.djlcachex.micrometer",
                            "io.micrometer.core.instrument")
                    .map(name -> "import " + name + ".*;")
                    .collect(Collectors.joining("\n"));

    @TempDir Path classes;

    @TestFactory
    Stream<DynamicTest> code_ofEachPage_compiles() throws IOException {
        try (Stream<Path> pages = Files.list(DOCS)) {
            return pages.filter(page -> page.toString().endsWith(".md")).sorted().toList().stream()
                    .flatMap(this::testsOf);
        }
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

    private static String source(String given, String code) {
        String parameters = given == null ? "" : given.strip().replaceAll("\\s*;\\s*", ", ");
        return IMPORTS
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
