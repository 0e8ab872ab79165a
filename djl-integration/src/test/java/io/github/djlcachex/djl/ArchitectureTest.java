package io.github.djlcachex.djl;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import ai.djl.nn.AbstractBaseBlock;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import io.github.djlcachex.row.CacheException;

/** What this module may use, and which way its own packages may. */
@AnalyzeClasses(
        packages = {"io.github.djlcachex.djl", "io.github.djlcachex.tensor"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String OWN = "io.github.djlcachex.djl";
    private static final String INTERNAL = OWN + ".internal";
    private static final String TENSOR = "io.github.djlcachex.tensor";

    @ArchTest
    static final ArchRule uses_onlyItsOwnPackagesThePromisedOnesAndDjl =
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            OWN + "..",
                            TENSOR,
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
    static final ArchRule internal_usesThePromisedPackageForItsExceptionsAlone =
            noClasses()
                    .that()
                    .resideInAPackage(INTERNAL + "..")
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(OWN).and(not(assignableTo(CacheException.class))));

    @ArchTest
    static final ArchRule tensor_usesTheEnginesAndTheHashAlone =
            noClasses()
                    .that()
                    .resideInAPackage(TENSOR)
                    .should()
                    .dependOnClassesThat(
                            resideInAnyPackage(OWN + "..")
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            INTERNAL,
                                                            INTERNAL + ".engine",
                                                            INTERNAL + ".hash"))));

    @ArchTest
    static final ArchRule tensor_isUsedByNoOtherPackage =
            noClasses()
                    .that()
                    .resideInAPackage(OWN + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(TENSOR);

    @ArchTest
    static final ArchRule internal_isUsedOneWay =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .layer("dataset")
                    .definedBy(INTERNAL + ".dataset")
                    .layer("outputs")
                    .definedBy(INTERNAL + ".outputs")
                    .layer("ids")
                    .definedBy(INTERNAL + ".ids")
                    .layer("fingerprint")
                    .definedBy(INTERNAL + ".fingerprint")
                    .layer("code")
                    .definedBy(INTERNAL + ".code")
                    .layer("hash")
                    .definedBy(INTERNAL + ".hash")
                    .layer("engine")
                    .definedBy(INTERNAL + ".engine")
                    .layer("shared")
                    .definedBy(INTERNAL)
                    .whereLayer("dataset")
                    .mayOnlyAccessLayers("ids", "hash", "engine", "shared")
                    .whereLayer("outputs")
                    .mayOnlyAccessLayers("code", "engine", "shared")
                    .whereLayer("ids")
                    .mayOnlyAccessLayers("fingerprint", "hash", "engine")
                    .whereLayer("fingerprint")
                    .mayOnlyAccessLayers("code", "hash", "engine")
                    .whereLayer("code")
                    .mayOnlyAccessLayers("hash")
                    .whereLayer("hash")
                    .mayOnlyAccessLayers("engine")
                    .whereLayer("engine")
                    .mayNotAccessAnyLayer()
                    .whereLayer("shared")
                    .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule promised_membersShowNoTypeThatIsNotPromised =
            members()
                    .that()
                    .areDeclaredInClassesThat(
                            resideInAnyPackage(OWN, TENSOR)
                                    .and(
                                            DescribedPredicate.describe(
                                                    "are public", ArchitectureTest::isPublic)))
                    .should(new ShowPromisedTypesAlone());

    private static final class ShowPromisedTypesAlone extends ArchCondition<JavaMember> {

        ShowPromisedTypesAlone() {
            super("show promised types alone");
        }

        @Override
        public void check(JavaMember member, ConditionEvents events) {
            if (isSeen(member)) {
                for (JavaClass type : member.getAllInvolvedRawTypes()) {
                    boolean hidden = isHidden(type.getBaseComponentType());
                    String message = member.getFullName() + " shows " + type.getName();
                    events.add(new SimpleConditionEvent(member, !hidden, message));
                }
            }
        }
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC);
    }

    private static boolean isSeen(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static boolean isHidden(JavaClass type) {
        return type.getPackageName().startsWith(INTERNAL)
                || (isPromised(type.getPackageName()) && !isPublic(type));
    }

    private static boolean isPromised(String packageName) {
        return packageName.equals(OWN) || packageName.equals(TENSOR);
    }

    @ArchTest
    static final ArchRule decorators_delegateInsteadOfExtendingABlock =
            noClasses().should().beAssignableTo(AbstractBaseBlock.class);

    /** Users need not have DJL's own datasets: their classes are met by name alone. */
    @ArchTest
    static final ArchRule uses_noClassOfDjlsOwnDatasets =
            noClasses().should().dependOnClassesThat().resideInAPackage("ai.djl.basicdataset..");
}
