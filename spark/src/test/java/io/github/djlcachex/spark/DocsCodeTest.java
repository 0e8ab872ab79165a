package io.github.djlcachex.spark;

import io.github.djlcachex.testing.DocsCode;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The Java code of the pages on Spark compiles. */
class DocsCodeTest {

    @TempDir Path classes;

    @TestFactory
    Stream<DynamicTest> code_ofEachPage_compiles() throws IOException {
        return new DocsCode(
                        classes,
                        "java.nio.file",
                        "java.time",
                        "java.util",
                        "java.util.stream",
                        "ai.djl",
                        "ai.djl.ndarray",
                        "ai.djl.ndarray.types",
                        "ai.djl.translate",
                        "io.github.djlcachex.cache",
                        "io.github.djlcachex.row",
                        "io.github.djlcachex.djl",
                        "io.github.djlcachex.spark",
                        "org.apache.spark.sql")
                .testsOf(DocsCode::isOfSpark);
    }
}
