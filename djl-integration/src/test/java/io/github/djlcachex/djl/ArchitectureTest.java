package io.github.djlcachex.djl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import ai.djl.nn.AbstractBaseBlock;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What this module may use: the promised packages of core, DJL's interface, and no engine. */
@AnalyzeClasses(
        packages = "io.github.djlcachex.djl",
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule uses_onlyItsOwnPackageThePromisedOnesAndDjl =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "io.github.djlcachex.djl",
                            "io.github.djlcachex.cache",
                            "io.github.djlcachex.row",
                            "ai.djl..",
                            "java..",
                            "org.objectweb.asm",
                            "org.slf4j..",
                            "org.jspecify.annotations");

    @ArchTest
    static final ArchRule uses_noEngineAndNoArrow =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.arrow..",
                            "io.github.djlcachex.arrow..",
                            "ai.djl.pytorch..",
                            "ai.djl.tensorflow..",
                            "ai.djl.onnxruntime..");

    @ArchTest
    static final ArchRule decorators_delegateInsteadOfExtendingABlock =
            noClasses().should().beAssignableTo(AbstractBaseBlock.class);

    /** Users need not have DJL's own datasets: their classes are met by name alone. */
    @ArchTest
    static final ArchRule uses_noClassOfDjlsOwnDatasets =
            noClasses().should().dependOnClassesThat().resideInAPackage("ai.djl.basicdataset..");
}
