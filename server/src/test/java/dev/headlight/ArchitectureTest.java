package dev.headlight;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of docs/architecture.md. */
@AnalyzeClasses(packages = "dev.headlight", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule arrowsPointAsThePictureShows = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("cli")
            .definedBy("..cli..")
            .layer("lsp")
            .definedBy("..lsp..")
            .layer("web")
            .definedBy("..web..")
            .layer("export")
            .definedBy("..export..")
            .layer("corpus")
            .definedBy("..corpus..")
            .layer("imports")
            .definedBy("..imports..")
            .layer("session")
            .definedBy("..session..")
            .layer("documents")
            .definedBy("..documents..")
            .layer("inspect")
            .definedBy("..inspect..")
            .layer("model")
            .definedBy("..model..")
            .layer("tokens")
            .definedBy("..tokens..")
            .layer("weights")
            .definedBy("..weights..")
            .layer("engine")
            .definedBy("..engine..")
            .layer("natives")
            .definedBy("..natives..")
            .layer("text")
            .definedBy("..text..")
            .layer("protocol")
            .definedBy("..protocol..")
            .layer("hub")
            .definedBy("..hub..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("lsp")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("protocol")
            .mayOnlyBeAccessedByLayers("cli", "lsp")
            .whereLayer("web")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("hub")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("export")
            .mayOnlyBeAccessedByLayers("cli", "web")
            .whereLayer("imports")
            .mayOnlyBeAccessedByLayers("cli", "web")
            .whereLayer("corpus")
            .mayOnlyBeAccessedByLayers("cli", "web", "export")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("cli", "lsp", "web")
            .whereLayer("documents")
            .mayOnlyBeAccessedByLayers("lsp")
            .whereLayer("inspect")
            .mayOnlyBeAccessedByLayers("cli", "lsp", "web", "export", "imports", "session", "corpus")
            .whereLayer("model")
            .mayOnlyBeAccessedByLayers("inspect", "imports")
            .whereLayer("tokens")
            .mayOnlyBeAccessedByLayers("inspect", "export", "imports", "lsp", "corpus")
            .whereLayer("weights")
            .mayOnlyBeAccessedByLayers("inspect", "model", "export", "imports", "web")
            .whereLayer("engine")
            .mayOnlyBeAccessedByLayers("inspect", "model")
            .whereLayer("natives")
            .mayOnlyBeAccessedByLayers("engine", "tokens");

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching("dev.headlight.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyLspAndItsProtocolKnowLsp4j = noClasses()
            .that()
            .resideOutsideOfPackages("..lsp..", "..protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.lsp4j..");

    @ArchTest
    static final ArchRule onlyWebKnowsJavalinAndJetty = noClasses()
            .that()
            .resideOutsideOfPackage("..web..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta..");

    @ArchTest
    static final ArchRule onlyTheEngineKnowsDjlsPyTorch = noClasses()
            .that()
            .resideOutsideOfPackage("..engine..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.pytorch..");

    @ArchTest
    static final ArchRule onlyTokensKnowsDjlsTokenizers = noClasses()
            .that()
            .resideOutsideOfPackage("..tokens..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl.huggingface..");

    @ArchTest
    static final ArchRule onlyTheCorpusKnowsJavaParser = noClasses()
            .that()
            .resideOutsideOfPackage("..corpus..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.github.javaparser..");

    @ArchTest
    static final ArchRule arraysStopAtInspect = noClasses()
            .that()
            .resideOutsideOfPackages("..engine..", "..weights..", "..model..", "..inspect..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.engine..");

    @ArchTest
    static final ArchRule onlyTheCommandLineKnowsPicocli = noClasses()
            .that()
            .resideOutsideOfPackage("..cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..");

    @ArchTest
    static final ArchRule onlyTheCommandLineTouchesStandardStreams = noClasses()
            .that()
            .resideOutsideOfPackage("..cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .accessField(System.class, "in")
            .orShould()
            .callMethod(Throwable.class, "printStackTrace");

    @ArchTest
    static final ArchRule theModelReadsNoFiles = noClasses()
            .that()
            .resideInAPackage("..model..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.nio.file..");

    @ArchTest
    static final ArchRule downloadingKnowsNoCache = noClasses()
            .that()
            .resideInAPackage("..hub.download..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.headlight.hub");

    @ArchTest
    static final ArchRule onlyDownloadingAsksTheNetwork = noClasses()
            .that()
            .resideOutsideOfPackage("..hub.download..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..");

    @ArchTest
    static final ArchRule textKnowsNothingElse = noClasses()
            .that()
            .resideInAPackage("..text..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.headlight..").and(not(resideInAPackage("..text.."))));

    @ArchTest
    static final ArchRule theProtocolKnowsNothingElse = noClasses()
            .that()
            .resideInAPackage("..protocol..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.headlight..").and(not(resideInAPackage("..protocol.."))));
}
