package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspection.Target;
import dev.headlight.testing.Golden;
import dev.headlight.testing.Translators;
import dev.headlight.tokens.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Translators of several languages: NLLB, whose texts begin with their language, and mBART, whose texts end with it. */
class LanguagesTest {
    private static final String TEXT = "leaves fall in autumn";

    @TempDir
    private Path temp;

    /** The source and the target as the model reads them, a token's name each. */
    private static List<List<String>> read(Path folder, String text, String pair, Target expected) {
        try (Inspector inspector = Inspector.load("translator", folder);
                Inspected inspected = inspector.inspect(
                        Request.of(text, Optional.ofNullable(pair)), Options.standard(), Cancellation.NEVER)) {
            Inspection inspection = inspected.inspection();
            assertThat(inspection.target()).hasValue(expected);
            int source = inspected.heads().shape(AttentionKind.CROSS).keys().end();
            List<String> names = inspection.tokens().stream().map(Token::name).toList();
            return List.of(names.subList(0, source), names.subList(source, names.size()));
        }
    }

    @Test
    void aTextBeginsWithItsLanguageOrIsInTheUsualOne() {
        Path folder = Golden.folder("m2m_100");
        List<List<String>> usual = read(folder, TEXT, TEXT, Target.GIVEN);
        assertThat(usual.get(0)).startsWith("eng_Latn").endsWith("</s>");
        assertThat(usual.get(1)).startsWith("</s>", "fra_Latn"); // of generation_config.json
        List<List<String>> named = read(folder, "deu_Latn " + TEXT, "eng_Latn " + TEXT, Target.GIVEN);
        assertThat(named.get(0))
                .startsWith("deu_Latn")
                .doesNotContain("eng_Latn")
                .hasSameSizeAs(usual.get(0));
        assertThat(named.get(1)).startsWith("</s>", "eng_Latn").doesNotContain("fra_Latn");
        assertThat(named.get(1).subList(2, named.get(1).size()))
                .isEqualTo(usual.get(1).subList(2, usual.get(1).size()));
    }

    @Test
    void mBartsTextsEndWithTheirLanguageAndItsDecoderBeginsWithThatOfTheTarget() {
        Path folder = Golden.folder("mbart");
        List<List<String>> usual = read(folder, TEXT, TEXT, Target.GIVEN);
        assertThat(usual.get(0)).endsWith("</s>", "en_XX");
        assertThat(usual.get(1)).startsWith("ro_RO").endsWith("</s>"); // decoder_start_token_id
        List<List<String>> named = read(folder, "de_DE " + TEXT, "fr_XX " + TEXT, Target.GIVEN);
        assertThat(named.get(0)).endsWith("</s>", "de_DE").doesNotContain("en_XX");
        assertThat(named.get(1)).startsWith("fr_XX").endsWith("</s>");
        assertThat(read(folder, "de_DE leaves ____", null, Target.SAME).get(1)).startsWith("de_DE");
    }

    @Test
    void aLanguageAloneAsTargetHasTheModelWriteInIt() {
        assertThat(read(Golden.folder("m2m_100"), TEXT, "deu_Latn", Target.WRITTEN)
                        .get(1))
                .startsWith("</s>", "deu_Latn");
        assertThat(read(Golden.folder("mbart"), TEXT, "fr_XX", Target.WRITTEN).get(1))
                .startsWith("fr_XX");
        try (Inspector inspector = Inspector.load("m2m_100", Golden.folder("m2m_100"));
                Inspected inspected = inspector.inspect(
                        Request.of(TEXT, Optional.of("deu_Latn")), Options.standard(), Cancellation.NEVER)) {
            assertThat(inspected.inspection().language()).hasValue("deu_Latn"); // what the page asks with again
            assertThat(inspected.inspection().pair()).isPresent().get().isNotEqualTo("deu_Latn");
        }
    }

    @Test
    void blanksOfATextAreReadAsTheyStandIfTheModelFillsNone() {
        try (Inspector inspector = Inspector.load("m2m_100", Golden.folder("m2m_100"))) {
            Request request = Request.of("leaves ____ in autumn");
            assertThat(inspector.predict(request, Options.standard(), Cancellation.NEVER))
                    .isEmpty();
            assertThat(inspector.write(request, 5, piece -> {}, Cancellation.NEVER))
                    .isPresent();
        }
    }

    /** Writing a token at a time is the same as writing all at once. */
    @Test
    void aTargetIsGoneOnWith() {
        for (String family : List.of("m2m_100", "mbart", "marian", "t5", "bart")) {
            try (Inspector inspector = Inspector.load(family, Golden.folder(family))) {
                String whole = inspector
                        .write(Request.of(TEXT), 6, piece -> {}, Cancellation.NEVER)
                        .orElseThrow();
                Request begun = Request.of(TEXT, Optional.of("leaves"));
                String longer = inspector
                        .write(begun, 6, piece -> {}, Cancellation.NEVER)
                        .orElseThrow();
                try (Inspected inspected = inspector.inspect(begun, Options.standard(), Cancellation.NEVER);
                        Inspected after = inspector
                                .goOn(begun, Options.standard(), inspected, Cancellation.NEVER)
                                .map(Written::inspected)
                                .orElseThrow()) {
                    assertThat("leaves" + longer)
                            .as(family)
                            .startsWith(after.inspection().pair().orElseThrow());
                }
                assertThat(whole).as(family).isNotNull();
            }
        }
    }

    /** As OPUS-MT is published: SentencePiece files, and a language of targets at the start of a source. */
    @Test
    void marianReadsSourcesAndTargetsByTwoFilesAndWrites() throws IOException {
        Path folder = Files.createTempDirectory(temp, "marian");
        Translators.marian(folder);
        List<List<String>> read = read(folder, ">>fra<< The fox jumps", "Le renard ____", Target.GIVEN);
        assertThat(read.get(0)).startsWith(">>fra<<").endsWith("</s>");
        assertThat(read.get(1)).startsWith("<pad>").contains("<unk>");
        try (Inspector inspector = Inspector.load("marian", folder)) {
            Request blank = Request.of("The fox jumps", Optional.of("Le renard ____ vite"));
            assertThat(inspector.predict(blank, Options.standard(), Cancellation.NEVER))
                    .hasSize(1);
            StringBuilder parts = new StringBuilder();
            Optional<String> written =
                    inspector.write(Request.of("The fox jumps"), 12, parts::append, Cancellation.NEVER);
            assertThat(written).hasValue(parts.toString());
            assertThat(written.orElseThrow()).isNotBlank().doesNotContain("▁");
        }
    }

    /** As NLLB is published. */
    @Test
    void withoutAnyLanguageOfTargetsOneIsAskedFor() throws IOException {
        Path folder = Files.createTempDirectory(temp, "nllb");
        try (Stream<Path> files = Files.list(Golden.folder("m2m_100"))) {
            for (Path file : files.filter(path -> !path.endsWith("generation_config.json"))
                    .toList()) {
                Files.copy(file, folder.resolve(file.getFileName().toString()));
            }
        }
        for (String pair : new String[] {null, TEXT}) {
            assertThatThrownBy(() -> read(folder, TEXT, pair, Target.WRITTEN))
                    .isInstanceOf(UserException.class)
                    .hasMessage("The model translator writes in many languages: name one as the target, such as"
                            + " fra_Latn, and it writes, or begin the target's text with it.");
        }
        assertThat(read(folder, TEXT, "fra_Latn " + TEXT, Target.GIVEN).get(1)).startsWith("</s>", "fra_Latn");
        assertThat(read(folder, TEXT, "fra_Latn", Target.WRITTEN).get(1)).startsWith("</s>", "fra_Latn");
    }
}
