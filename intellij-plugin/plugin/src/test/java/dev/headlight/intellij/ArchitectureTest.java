package dev.headlight.intellij;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.intellij.openapi.components.PersistentStateComponent;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The rules for the plugin in docs/architecture.md. */
@AnalyzeClasses(packages = "dev.headlight.intellij", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String BROWSER = ".*\\.JcefFrame(\\$.*)?";

    @ArchTest
    static final ArchRule onlyOneClassKnowsTheBrowser = noClasses()
            .that()
            .haveNameNotMatching(BROWSER)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.intellij.ui.jcef..", "org.cef..");

    @ArchTest
    static final ArchRule onlyThePanelNamesThatClass = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(AttentionPanel.class.getName())
            .and()
            .haveNameNotMatching(BROWSER)
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(JcefFrame.class.getName());

    @ArchTest
    static final ArchRule thePluginKnowsNoProtocol = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.eclipse.lsp4j..", "dev.headlight.protocol..");

    @ArchTest
    static final ArchRule onlyOneClassWaits = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(CancellableWait.class.getName())
            .should()
            .callMethod(CompletableFuture.class, "get")
            .orShould()
            .callMethod(CompletableFuture.class, "get", long.class, TimeUnit.class)
            .orShould()
            .callMethod(CompletableFuture.class, "join")
            .orShould()
            .callMethod(Future.class, "get")
            .orShould()
            .callMethod(CountDownLatch.class, "await")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule onlyBackgroundWorkWaits = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(LoadingTask.class.getName())
            .and()
            .doNotHaveFullyQualifiedName(BlankCompletionContributor.class.getName())
            .should()
            .callMethod(CancellableWait.class, "forAnswer", CompletableFuture.class);

    /** A project's .idea folder is untrusted: nothing is stored there, and its SDK is not used. */
    @ArchTest
    static final ArchRule onlyTheIdesOwnSettingsAreKept = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(HeadlightSettings.class.getName())
            .should()
            .beAssignableTo(PersistentStateComponent.class)
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching(
                    "com\\.intellij\\.ide\\.util\\.PropertiesComponent|com\\.intellij\\.openapi\\.(projectRoots|roots)\\..*");

    @ArchTest
    static final ArchRule nothingStartsAProgram = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.(ProcessBuilder|Runtime)|com\\.intellij\\.execution\\..*");
}
