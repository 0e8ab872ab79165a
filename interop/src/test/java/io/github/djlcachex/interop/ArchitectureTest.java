package io.github.djlcachex.interop;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module uses: the promised packages of core, and Arrow's flatbuffers alone. */
@AnalyzeClasses(
        packages = "io.github.djlcachex.interop",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule uses_thePromisedPackagesAndNoMemoryOfArrow =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.github.djlcachex.interop..",
                            "io.github.djlcachex.cache",
                            "io.github.djlcachex.row",
                            "org.apache.arrow.flatbuf",
                            "org.apache.commons.compress.compressors.lz4",
                            "io.airlift.compress..",
                            "com.google.flatbuffers",
                            "com.fasterxml.jackson..",
                            "com.google.errorprone.annotations",
                            "java..",
                            "org.jspecify.annotations");
}
