package dev.headlight.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.CompletableFuture;

@AnalyzeClasses(packages = "dev.headlight.client", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule theClientKnowsNoEditor = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.intellij..", "dev.headlight.intellij..", "javax.swing..", "java.awt..");

    @ArchTest
    static final ArchRule whatOthersSeeHasNoShapeOfTheProtocol = classes()
            .that()
            .haveModifier(JavaModifier.PUBLIC)
            .and()
            .areRecords()
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage("org.eclipse.lsp4j..");

    @ArchTest
    static final ArchRule onlyTheEndingWaitsForTheServer = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Connection.class.getName())
            .should()
            .callMethod(CompletableFuture.class, "join")
            .orShould()
            .callMethod(CompletableFuture.class, "get")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);
}
