package io.github.djlcachex.spark;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module may use, and which way its own packages may. */
@AnalyzeClasses(
        packages = "io.github.djlcachex.spark",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String OWN = "io.github.djlcachex.spark";
    private static final String INTERNAL = OWN + ".internal";

    @ArchTest
    static final ArchRule uses_onlyThePromisedPackagesDjlAndSpark =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            OWN + "..",
                            "io.github.djlcachex.cache",
                            "io.github.djlcachex.row",
                            "io.github.djlcachex.djl",
                            "ai.djl..",
                            "java..",
                            "org.apache.spark..",
                            "scala..",
                            "org.slf4j..",
                            "org.jspecify.annotations");

    @ArchTest
    static final ArchRule internal_isUsedByTheDataSourceAndUsesNothingAboveIt =
            noClasses()
                    .that()
                    .resideInAPackage(INTERNAL)
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(OWN);

    @ArchTest
    static final ArchRule internal_usesNoDjl =
            noClasses()
                    .that()
                    .resideInAPackage(INTERNAL)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl..", "io.github.djlcachex.djl..");

    @ArchTest
    static final ArchRule promisedTypes_showNothingOfTheInternalPackage =
            noMethods()
                    .that()
                    .areDeclaredInClassesThat()
                    .arePublic()
                    .and()
                    .areDeclaredInClassesThat()
                    .resideInAPackage(OWN)
                    .should()
                    .haveRawReturnType(resideInAPackage(INTERNAL));
}
