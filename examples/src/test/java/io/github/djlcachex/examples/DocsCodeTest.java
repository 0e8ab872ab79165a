package io.github.djlcachex.examples;

import io.github.djlcachex.testing.DocsCode;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The Java code of the pages under {@code docs} compiles; that of Spark does in its own module. */
class DocsCodeTest {

    @TempDir Path classes;

    @TestFactory
    Stream<DynamicTest> code_ofEachPage_compiles() throws IOException {
        return new DocsCode(
                        classes,
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
                        "io.github.djlcachex.interop",
                        "io.micrometer.core.instrument")
                .testsOf(page -> !DocsCode.isOfSpark(page));
    }
}
