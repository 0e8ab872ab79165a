package io.github.djlcachex.arrow;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module uses: the promised packages of core, one of its engine, and Arrow. */
@AnalyzeClasses(
        packages = "io.github.djlcachex.arrow",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String SEGMENT = "io.github.djlcachex.internal.segment";

    @ArchTest
    static final ArchRule uses_thePromisedPackagesTheSegmentsAndArrow =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.github.djlcachex.arrow",
                            "io.github.djlcachex.cache",
                            "io.github.djlcachex.row",
                            SEGMENT,
                            "java..",
                            "org.apache.arrow.memory..",
                            "org.apache.arrow.vector..",
                            "com.fasterxml.jackson..",
                            "org.jspecify.annotations");

    @ArchTest
    static final ArchRule promisedTypes_showNothingOfTheEngine =
            noMethods()
                    .that()
                    .arePublic()
                    .should()
                    .haveRawReturnType(
                            JavaClass.Predicates.resideInAPackage(
                                    "io.github.djlcachex.internal.."));
}
