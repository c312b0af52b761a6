package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import dev.headlight.testing.Checkpoints;
import dev.headlight.testing.Golden;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InspectorTest {
    private static Inspector embedded;

    @TempDir
    Path temp;

    @BeforeAll
    static void load() {
        embedded = Inspector.load("embedded", Hub.locate("embedded"));
    }

    @AfterAll
    static void close() {
        embedded.close();
    }

    private static List<Blank> predict(String text) {
        return embedded.predict(Request.of(text), Options.standard(), Cancellation.NEVER);
    }

    private static List<String> words(Blank blank) {
        return blank.predictions().stream().map(Prediction::word).toList();
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#all")
    void theFiveLikeliestTokensEqualThoseOfTransformers(Golden golden) {
        try (Inspector inspector = Inspector.load(golden.family(), golden.folder())) {
            for (Golden.Case recorded : golden.cases()) {
                if (recorded.predictions() != null
                        && !recorded.predictions().isEmpty()
                        && (inspector.causal() || recorded.text().matches(".*(\\[MASK]|<mask>).*"))) {
                    List<Blank> blanks =
                            inspector.predict(Request.of(recorded.text()), new Options(5, true), Cancellation.NEVER);
                    assertThat(blanks).hasSameSizeAs(recorded.predictions());
                    for (int i = 0; i < blanks.size(); i++) {
                        compare(
                                blanks.get(i).predictions(),
                                recorded.predictions().get(i));
                    }
                }
            }
        }
    }

    private static void compare(List<Prediction> found, Golden.Prediction recorded) {
        assertThat(found).extracting(Prediction::token).isEqualTo(recorded.tokens());
        assertThat(found).extracting(Prediction::id).isEqualTo(recorded.ids());
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).probability())
                    .isCloseTo(recorded.probabilities().get(i), within(1e-5));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            A person who never made a ______ never tried anything new. | mistake
            The function returns [MASK] if the file does not exist.    | null
            He opened the <mask> and walked into the room.             | door
            She went to the kitchen and made a cup of ____.            | tea
            The capital of France is ____.                             | Paris
            """)
    void theEmbeddedModelKnowsEverydayWords(String text, String word) {
        assertThat(words(predict(text).get(0))).contains(word);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            The capital of France is ____.           | Paris
            THE CAPITAL OF FRANCE IS ____.           | PARIS
            the capital of france is ____.           | Paris
            ____ is the capital of France.           | Paris
            When ____ was young, my father left us.  | I
            """)
    void wordsOfAnUncasedVocabularyGetTheirUsualCase(String text, String word) {
        assertThat(words(predict(text).get(0))).contains(word);
    }

    @Test
    void rawTokensAreUnchanged() {
        List<Blank> raw = embedded.predict(
                Request.of("The capital of France is ____."), new Options(3, true), Cancellation.NEVER);
        assertThat(words(raw.get(0))).contains("paris");
    }

    @Test
    void theMaskedWordsOwnCapitalDoesNotSpreadToOthers() {
        String text = "We stayed at home for a week, and when I was ill, nobody came.";
        assertThat(alternatives(text, "I")).contains("he");
    }

    private static List<String> alternatives(String text, String word) {
        int at = text.indexOf(word);
        Request request = new Request(text, Optional.empty(), Optional.of(new Span(at, at + word.length())));
        return words(embedded.predict(request, Options.standard(), Cancellation.NEVER)
                .get(0));
    }

    @Test
    void anEnglishModelWithoutACasingFileUsesTheEmbeddedOne() throws IOException {
        for (String file : List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(Hub.locate("embedded").resolve(file), temp.resolve(file));
        }
        Path english = Hub.locate("embedded");
        try (Inspector other = Inspector.load("other", Optional.empty(), temp, english, Precision.FLOAT32)) {
            assertThat(words(other.predict(
                                    Request.of("The capital of France is ____."),
                                    Options.standard(),
                                    Cancellation.NEVER)
                            .get(0)))
                    .contains("Paris");
        }
    }

    @Test
    void blanksKeepTheirOffsets() {
        String text = "/**\r\n * The 🙂 ____ sat on\r\n * the [MASK].\r\n */";
        assertThat(predict(text)).extracting(blank -> blank.span().of(text)).containsExactly("____", "[MASK]");
    }

    @Test
    void predictionsAreWholeWordsByDescendingProbability() {
        List<Prediction> words = embedded.predict(
                        Request.of("She went to the ____."), new Options(100, false), Cancellation.NEVER)
                .get(0)
                .predictions();
        assertThat(words).hasSize(100).allSatisfy(w -> assertThat(w.word()).matches("[\\p{L}\\p{N}]+"));
        assertThat(words).extracting(Prediction::probability).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(words.stream().mapToDouble(Prediction::probability).sum()).isBetween(0.0, 1.0);
    }

    @Test
    void rawPredictionsCoverTheWholeVocabulary() {
        List<Prediction> raw =
                embedded.predict(Request.of("It is late____ "), new Options(1000, true), Cancellation.NEVER).stream()
                        .flatMap(blank -> blank.predictions().stream())
                        .toList();
        assertThat(raw).isEmpty(); // no word of its own, so no blank
        List<Prediction> all = embedded.predict(
                        Request.of("It is late ____"), new Options(1000, true), Cancellation.NEVER)
                .get(0)
                .predictions();
        assertThat(all.get(0).token()).isEqualTo(".");
        assertThat(all).anySatisfy(p -> assertThat(p.token()).startsWith("##"));
    }

    @Test
    void wordsTakeTheCaseOfTheirPosition() {
        assertThat(words(predict("____ is the capital of France.").get(0)))
                .allSatisfy(word -> assertThat(word.codePointAt(0)).matches(Character::isUpperCase));
        assertThat(words(predict("THE CAPITAL OF ____ IS PARIS.").get(0)))
                .allSatisfy(word -> assertThat(word).isUpperCase());
    }

    @Test
    void alternativesTakeTheCaseOfTheMaskedWord() {
        String text = "Paris is the capital of France. She opened the door.";
        Span door = new Span(text.indexOf("door"), text.indexOf("door") + 4);
        Request request = new Request(text, Optional.empty(), Optional.of(door));
        Blank blank = embedded.predict(request, Options.standard(), Cancellation.NEVER)
                .get(0);
        assertThat(blank.span()).isEqualTo(door);
        assertThat(words(blank)).hasSize(3).doesNotContain("door");
        Request first = new Request(text, Optional.empty(), Optional.of(new Span(0, 5)));
        assertThat(words(embedded.predict(first, Options.standard(), Cancellation.NEVER)
                        .get(0)))
                .allSatisfy(word -> assertThat(word.codePointAt(0)).matches(Character::isUpperCase));
    }

    @Test
    void aTextWithoutBlanksHasNone() {
        assertThat(predict("Leaves fall in autumn.")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\n\t\r\n", "\0\0"})
    void aTextWithoutTokensIsAClearError(String text) {
        assertThatThrownBy(() -> predict(text))
                .isInstanceOf(UserException.class)
                .message()
                .matches("The text .*[.]");
    }

    @Test
    void anEndlessTextIsAClearError() {
        assertThatThrownBy(() -> predict("a".repeat(500_001)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the limit is 500,000");
    }

    @Test
    void aLongTextIsCutAroundItsBlankAndReportsWhatIsLeftOut() {
        String text = "The ship sailed over the sea. ".repeat(500) + "He opened the ____ and walked into the room. "
                + "The ship sailed over the sea. ".repeat(500);
        try (Inspected inspected = embedded.inspect(Request.of(text), Options.standard(), Cancellation.NEVER)) {
            Inspection inspection = inspected.inspection();
            assertThat(inspection.tokens()).hasSizeBetween(490, 512);
            assertThat(inspection.tokens()).extracting(Token::text).contains("[MASK]");
            assertThat(inspection.cuts()).hasSize(1);
            Inspection.Cut cut = inspection.cuts().get(0);
            assertThat(cut.shown()).isEqualTo(inspection.tokens().size() - 2);
            assertThat(cut.before() + cut.shown() + cut.after()).isEqualTo(1000 * 7 + 10);
            assertThat(Math.abs(cut.before() - cut.after())).isLessThan(20);
            assertThat(words(inspection.blanks().get(0))).contains("door");
            Token first = inspection.tokens().get(1);
            assertThat(first.span().of(text)).isEqualTo("The");
        }
    }

    @Test
    void aLongTextWithoutBlanksIsShownFromItsStart() {
        String text = "The ship sailed over the sea. ".repeat(400);
        try (Inspected inspected = embedded.inspect(Request.of(text), Options.standard(), Cancellation.NEVER)) {
            assertThat(inspected.inspection().cuts().get(0).before()).isZero();
            assertThat(inspected.inspection().tokens().get(1).span().start()).isZero();
        }
    }

    @Tag("slow")
    @Test
    void everyBlankOfALongTextGetsItsWords() {
        String text = "He opened the ____ and walked into the room. It was a dark and stormy night. ".repeat(60);
        List<Blank> blanks = predict(text);
        assertThat(blanks)
                .hasSize(60)
                .allSatisfy(blank -> assertThat(words(blank)).hasSize(3));
        assertThat(blanks).extracting(blank -> blank.span().of(text)).containsOnly("____");
    }

    @Test
    void codeWithoutWordsIsAClearError() {
        assertThatThrownBy(() -> embedded.predict(
                        Request.of("/**\n *\n */").asCode(true), Options.standard(), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("nothing that the model can read");
    }

    @Test
    void codeIsReadWithoutItsCommentMarkers() {
        Request text = Request.of("# The cat\n# sat.");
        try (Inspected asText = embedded.inspect(text, Options.standard(), Cancellation.NEVER);
                Inspected asCode = embedded.inspect(text.asCode(true), Options.standard(), Cancellation.NEVER)) {
            assertThat(asText.inspection().cleaned()).isFalse();
            assertThat(asText.inspection().tokens()).extracting(Token::text).contains("#");
            assertThat(asCode.inspection().cleaned()).isTrue();
            assertThat(asCode.inspection().tokens()).extracting(Token::text).doesNotContain("#");
        }
    }

    @Test
    void aLineBreakIsATokenOfACausalModel() {
        try (Inspector gpt2 = Inspector.load("gpt2", Golden.folder("gpt2"));
                Inspected inspected =
                        gpt2.inspect(Request.of("Q: a fox\nA: the\n"), Options.standard(), Cancellation.NEVER)) {
            assertThat(inspected.inspection().tokens())
                    .extracting(Token::text)
                    .filteredOn("Ċ"::equals)
                    .hasSize(2);
        }
    }

    @Test
    void aPairIsReadAsTwoTexts() {
        Request request = Request.of("The cat ____ on the mat.", Optional.of("# It\n# purred."))
                .asCode(true);
        try (Inspected inspected = embedded.inspect(request, Options.standard(), Cancellation.NEVER)) {
            List<Token> tokens = inspected.inspection().tokens();
            assertThat(tokens.get(tokens.size() - 1).segment()).isEqualTo(1);
            Token it = tokens.stream().filter(t -> t.segment() == 1).findFirst().orElseThrow();
            assertThat(it.span()).isEqualTo(new Span(2, 4));
            assertThat(inspected.inspection().blanks())
                    .extracting(Blank::segment)
                    .containsExactly(0);
        }
    }

    @Test
    void bothTextsOfALongPairAreCut() {
        Request request = Request.of("one two three. ".repeat(300), Optional.of("four five. ".repeat(30)));
        try (Inspected inspected = embedded.inspect(request, Options.standard(), Cancellation.NEVER)) {
            assertThat(inspected.inspection().tokens()).hasSizeBetween(490, 512);
            assertThat(inspected.inspection().cuts())
                    .extracting(Inspection.Cut::segment)
                    .containsExactly(0);
        }
    }

    @Test
    void headsAgreeWithTheirLayerTheirRowsAndTheirColumns() {
        try (Inspected inspected =
                embedded.inspect(Request.of("The cat sat on the mat."), Options.standard(), Cancellation.NEVER)) {
            Heads heads = inspected.heads();
            List<Matrix> layer = heads.layer(AttentionKind.SELF, 2);
            assertThat(layer).hasSize(12);
            byte[] quantized = heads.quantizedLayer(AttentionKind.SELF, 2);
            Matrix from = heads.from(AttentionKind.SELF, 2, 3);
            Matrix to = heads.to(AttentionKind.SELF, 2, 4);
            for (int head = 0; head < 12; head++) {
                Matrix matrix = layer.get(head);
                assertThat(heads.head(AttentionKind.SELF, 2, head).values())
                        .containsExactly(matrix.values(), within(1e-6f));
                for (int token = 0; token < heads.tokens(); token++) {
                    assertThat(from.at(head, token)).isCloseTo(matrix.at(3, token), within(1e-6f));
                    assertThat(to.at(head, token)).isEqualTo(matrix.at(token, 4));
                    int at = (head * heads.tokens() + 3) * heads.tokens() + token;
                    assertThat(quantized[at] & 0xff).isEqualTo(Math.round(255 * matrix.at(3, token)));
                }
            }
            assertThatThrownBy(() -> heads.head(AttentionKind.SELF, 12, 0)).isInstanceOf(OutOfRangeException.class);
            assertThatThrownBy(() -> heads.from(AttentionKind.SELF, 0, 99)).isInstanceOf(OutOfRangeException.class);
        }
    }

    @Test
    void everyRowOfAttentionSumsToOne() {
        try (Inspected inspected =
                embedded.inspect(Request.of("Leaves fall in autumn."), Options.standard(), Cancellation.NEVER)) {
            for (Matrix head : inspected.heads().layer(AttentionKind.SELF, 0)) {
                for (int row = 0; row < head.rows(); row++) {
                    float sum = 0;
                    for (int column = 0; column < head.columns(); column++) {
                        sum += head.at(row, column);
                    }
                    assertThat(sum).isCloseTo(1, within(1e-5f));
                }
            }
        }
    }

    @Test
    void cancelledWorkEnds() {
        Cancellation never = () -> {
            throw new CancellationException();
        };
        assertThatThrownBy(() -> embedded.inspect(Request.of("The ____ sat."), Options.standard(), never))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    void predictingWithoutAHeadIsAClearError() throws IOException {
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name.startsWith("cls.") ? null : name);
        try (Inspector headless = Inspector.load("headless", temp)) {
            Request request = Request.of("A person [MASK] never.");
            assertThatThrownBy(() -> headless.predict(request, Options.standard(), Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("no language modeling head");
            try (Inspected inspected = headless.inspect(request, Options.standard(), Cancellation.NEVER)) {
                assertThat(inspected.inspection().blanks()).isEmpty();
                assertThat(inspected.heads().layer(AttentionKind.SELF, 0)).hasSize(4);
            }
        }
    }

    private static List<Blank> follow(String text) {
        try (Inspector gpt2 = Inspector.load("gpt2", Golden.folder("gpt2"))) {
            return gpt2.predict(Request.of(text), new Options(1000, false), Cancellation.NEVER);
        }
    }

    @Test
    void aCausalModelPredictsWhatFollowsTheText() {
        String text = "The quick brown ____ fox jumps";
        Blank end = follow(text).get(0);
        assertThat(end.span()).isEqualTo(new Span(text.length(), text.length()));
        assertThat(words(end)).contains(" over", "s", "."); // with the space that each needs
        assertThat(words(end)).noneMatch(word -> word.contains("endoftext") || word.isBlank());
        Blank spaced = follow(text + " ").get(0);
        assertThat(spaced.span().start()).isEqualTo(text.length() + 1);
        assertThat(words(spaced)).contains("over").doesNotContain("s").noneMatch(word -> word.startsWith(" "));
    }

    @Test
    void aCausalModelPredictsAWordFromThoseBeforeIt() {
        String text = "The quick brown fox jumps";
        Span fox = new Span(16, 19);
        try (Inspector gpt2 = Inspector.load("gpt2", Golden.folder("gpt2"))) {
            Request ofFox = new Request(text, Optional.empty(), Optional.of(fox));
            Blank blank = gpt2.predict(ofFox, new Options(1000, false), Cancellation.NEVER)
                    .get(0);
            assertThat(blank.span()).isEqualTo(fox);
            assertThat(words(blank)).contains("dog").doesNotContain("fox");
            Blank before = gpt2.predict(Request.of("The quick brown"), new Options(1000, false), Cancellation.NEVER)
                    .get(0);
            Prediction dog = blank.predictions().stream()
                    .filter(word -> word.word().equals("dog"))
                    .findFirst()
                    .orElseThrow();
            assertThat(before.predictions())
                    .filteredOn(word -> word.word().equals(" dog"))
                    .extracting(Prediction::probability)
                    .containsExactly(dog.probability());
            Request first = new Request(text, Optional.empty(), Optional.of(new Span(0, 3)));
            assertThatThrownBy(() -> gpt2.predict(first, Options.standard(), Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("choose a later word");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "qwen2"})
    void pairsAreAClearErrorForACausalModel(String name) {
        try (Inspector causal = Inspector.load(name, Golden.folder(name))) {
            Request pair = Request.of("The fox.", Optional.of("The dog."));
            assertThatThrownBy(() -> causal.inspect(pair, Options.standard(), Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("can't take pairs");
        }
    }

    @Test
    void aLongTextOfACausalModelIsShownUpToItsEnd() {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(60) + "This is a test";
        try (Inspector gpt2 = Inspector.load("gpt2", Golden.folder("gpt2"));
                Inspected inspected = gpt2.inspect(Request.of(text), Options.standard(), Cancellation.NEVER)) {
            List<Token> tokens = inspected.inspection().tokens();
            assertThat(tokens).hasSizeBetween(140, 160);
            assertThat(tokens.get(tokens.size() - 1).name()).isEqualTo("test");
            assertThat(inspected.inspection().cuts().get(0).after()).isZero();
        }
    }

    @Test
    void aCausalModelShowsNoPatternOfWhatItCannotSee() {
        try (Inspector gpt2 = Inspector.load("gpt2", Golden.folder("gpt2"));
                Inspected inspected =
                        gpt2.inspect(Request.of("The fox, the dog."), Options.standard(), Cancellation.NEVER)) {
            assertThat(inspected.inspection().causal()).isTrue();
            for (List<HeadPatterns> layer : inspected
                    .heads()
                    .overview(AttentionKind.SELF, Cancellation.NEVER)
                    .patterns()) {
                assertThat(layer)
                        .allSatisfy(head -> assertThat(head.measures())
                                .containsKeys(HeadPattern.PREVIOUS_TOKEN, HeadPattern.PUNCTUATION)
                                .doesNotContainKeys(HeadPattern.NEXT_TOKEN, HeadPattern.OTHER_SENTENCE));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "modernbert"})
    void aByteLevelWordFitsItsPosition(String name) {
        try (Inspector model = Inspector.load(name, Golden.folder(name))) {
            Blank inside = model.predict(Request.of("The quick ____ fox."), new Options(100, false), Cancellation.NEVER)
                    .get(0);
            assertThat(inside.predictions())
                    .allSatisfy(word -> assertThat(word.token()).startsWith("Ġ"))
                    .allSatisfy(word -> assertThat(word.word()).matches("[\\p{L}\\p{N}].*"));
            Blank first = model.predict(Request.of("____ quick fox."), new Options(100, false), Cancellation.NEVER)
                    .get(0);
            assertThat(first.span()).isEqualTo(new Span(0, 4));
            assertThat(first.predictions())
                    .allSatisfy(word -> assertThat(word.token()).doesNotStartWith("Ġ"));
        }
    }

    @Test
    void aTokenizerWithoutAMaskIsAClearError() throws IOException {
        Checkpoints.rewrite(Golden.folder("gpt2"), temp, name -> name); // its tokenizer
        Checkpoints.rewrite(Golden.folder("modernbert"), temp, name -> name);
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(Golden.folder("gpt2").resolve(file), temp.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        assertThatThrownBy(() -> Inspector.load("odd", temp))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("without a mask token");
    }

    @Test
    void scoresThatAreNotNumbersAreAClearError() throws IOException {
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name);
        Checkpoints.fill(temp, "cls.predictions.bias", Float.NaN);
        try (Inspector damaged = Inspector.load("damaged", temp)) {
            assertThatThrownBy(() -> damaged.predict(Request.of("a [MASK]"), Options.standard(), Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("cls.predictions.bias contains NaN or infinity");
        }
    }
}
