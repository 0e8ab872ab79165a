package io.github.djlcachex;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
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

    @ArchTest
    static final ArchRule arrows_goOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("arrow")
                    .definedBy(ROOT + "cache.arrow")
                    .layer("cache")
                    .definedBy(ROOT + "cache")
                    .layer("index")
                    .definedBy(ROOT + "index")
                    .layer("segment")
                    .definedBy(ROOT + "segment")
                    .layer("io")
                    .definedBy(ROOT + "io")
                    .layer("row")
                    .definedBy(ROOT + "row")
                    .whereLayer("arrow")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("cache")
                    .mayOnlyBeAccessedByLayers("arrow")
                    .whereLayer("index")
                    .mayOnlyBeAccessedByLayers("cache")
                    .whereLayer("segment")
                    .mayOnlyBeAccessedByLayers("cache", "arrow")
                    .whereLayer("io")
                    .mayOnlyBeAccessedByLayers("cache", "index", "segment")
                    .whereLayer("row")
                    .mayOnlyBeAccessedByLayers("cache", "index", "segment", "arrow");

    @ArchTest
    static final ArchRule rows_knowNothingAboveThem =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "row")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            ROOT + "cache..",
                            ROOT + "index..",
                            ROOT + "segment..",
                            ROOT + "io..",
                            "org.apache.arrow..",
                            "java.nio.file..",
                            "java.nio.channels..");

    @ArchTest
    static final ArchRule io_knowsNoRowAndNoArrow =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "io")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            ROOT + "cache..",
                            ROOT + "index..",
                            ROOT + "segment..",
                            ROOT + "row..",
                            "org.apache.arrow..");

    /** What allocates Arrow's own memory needs JVM flags. */
    @ArchTest
    static final ArchRule arrowMemory_isInItsRoomOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackage(ROOT + "cache.arrow")
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
                    .resideInAnyPackage(ROOT + "cache", ROOT + "index")
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

    /**
     * Every write and every read of a file goes through the seam that tests break on purpose.
     * Arrow's own reader wants a channel, and is outside of the cache.
     */
    @ArchTest
    static final ArchRule channels_areOpenedByTheSeamOnly =
            noClasses()
                    .that()
                    .resideOutsideOfPackages(ROOT + "io", ROOT + "cache.arrow")
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
