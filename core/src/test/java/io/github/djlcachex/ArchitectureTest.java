package io.github.djlcachex;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import java.io.IOException;

/** The rooms of core, and what may not enter them. */
@AnalyzeClasses(
        packages = "io.github.djlcachex",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.github.djlcachex.";
    private static final String INTERNAL = ROOT + "internal.";
    private static final String ENGINE = ROOT + "internal..";

    @ArchTest
    static final ArchRule arrows_goOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("doors")
                    .definedBy(ROOT + "cache")
                    .layer("store")
                    .definedBy(INTERNAL + "store")
                    .layer("index")
                    .definedBy(INTERNAL + "index")
                    .layer("segment")
                    .definedBy(INTERNAL + "segment")
                    .layer("io")
                    .definedBy(INTERNAL + "io")
                    .layer("check")
                    .definedBy(INTERNAL + "check")
                    .layer("row")
                    .definedBy(ROOT + "row")
                    .whereLayer("doors")
                    .mayOnlyBeAccessedByLayers("store", "check") // for its choices, see below
                    .whereLayer("store")
                    .mayOnlyBeAccessedByLayers("doors")
                    .whereLayer("index")
                    .mayOnlyBeAccessedByLayers("store")
                    .whereLayer("segment")
                    .mayOnlyBeAccessedByLayers("store")
                    .whereLayer("io")
                    .mayOnlyBeAccessedByLayers("doors", "store", "index", "segment", "check")
                    .whereLayer("check")
                    .mayOnlyBeAccessedByLayers("doors")
                    .whereLayer("row")
                    .mayOnlyBeAccessedByLayers("doors", "store", "index", "segment");

    /** What users receive wraps what the engine has, so that it can gain fields. */
    @ArchTest
    static final ArchRule engine_knowsOfTheDoorsTheirChoicesOnly =
            noClasses()
                    .that()
                    .resideInAPackage(ENGINE)
                    .should()
                    .dependOnClassesThat(
                            resideInAPackage(ROOT + "cache..")
                                    .and(not(assignableTo(Enum.class)))
                                    .as("are in the doors and no enums"));

    /** Whoever is handed something of the engine has no promise of it. */
    @ArchTest
    static final ArchRule promisedTypes_showNothingOfTheEngine =
            noMethods()
                    .that()
                    .arePublic()
                    .and()
                    .areDeclaredInClassesThat()
                    .arePublic()
                    .and()
                    .areDeclaredInClassesThat()
                    .resideInAnyPackage(ROOT + "cache..", ROOT + "row")
                    .should()
                    .haveRawReturnType(resideInAPackage(ENGINE))
                    .orShould()
                    .haveRawParameterTypes(anyElementThat(resideInAPackage(ENGINE)));

    @ArchTest
    static final ArchRule rows_knowNothingAboveThem =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "row")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            ROOT + "cache..",
                            ENGINE,
                            "org.apache.arrow..",
                            "java.nio.file..",
                            "java.nio.channels..");

    @ArchTest
    static final ArchRule io_knowsNoRowAndNoArrow =
            noClasses()
                    .that()
                    .resideInAPackage(INTERNAL + "io")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            ROOT + "cache..",
                            INTERNAL + "store..",
                            INTERNAL + "index..",
                            INTERNAL + "segment..",
                            ROOT + "row..",
                            "org.apache.arrow..");

    /**
     * Arrow's own memory needs JVM flags and Netty, which the module {@code arrow} alone brings.
     */
    @ArchTest
    static final ArchRule arrowMemory_isNotUsed =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.arrow.memory..",
                            "org.apache.arrow.vector",
                            "org.apache.arrow.vector.ipc",
                            "org.apache.arrow.vector.complex..",
                            "io.netty..");

    @ArchTest
    static final ArchRule cache_touchesArrowThroughItsSegmentsOnly =
            noClasses()
                    .that()
                    .resideInAnyPackage(ROOT + "cache", INTERNAL + "store", INTERNAL + "index")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("org.apache.arrow..", "com.google.flatbuffers..");

    /** Opening a directory that somebody else wrote runs no code of his. */
    @ArchTest
    static final ArchRule case11_nothingIsDeserialised =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.io.ObjectInputStream")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.beans.XMLDecoder")
                    .orShould()
                    .callMethod(Class.class, "forName", String.class);

    @ArchTest
    static final ArchRule files_areReachedThroughPaths =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.io.RandomAccessFile")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.io.File")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.io.FileInputStream")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.io.FileOutputStream");

    /** Every write and every read of a file goes through the seam that tests break on purpose. */
    @ArchTest
    static final ArchRule channels_areOpenedByTheSeamOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(INTERNAL + "io")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("java.nio.channels..");

    @ArchTest
    static final ArchRule engines_areUnknown =
            noClasses().should().dependOnClassesThat().resideInAPackage("ai.djl..");

    @ArchTest
    static final ArchRule exceptions_haveOneRoot =
            classes()
                    .that()
                    .haveSimpleNameEndingWith("Exception")
                    .and()
                    .areNotAssignableTo(IOException.class) // within the seam alone
                    .should()
                    .beAssignableTo("io.github.djlcachex.row.CacheException");
}
