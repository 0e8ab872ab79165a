package io.github.djlcachex.micrometer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module uses: the promised packages of core, and Micrometer. */
@AnalyzeClasses(
        packages = "io.github.djlcachex.micrometer",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule uses_thePromisedPackagesAndMicrometer =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.github.djlcachex.micrometer",
                            "io.github.djlcachex.cache",
                            "io.github.djlcachex.row",
                            "io.micrometer.core.instrument..",
                            "java..",
                            "org.slf4j",
                            "org.jspecify.annotations");
}
