package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspection.Target;
import dev.headlight.testing.Golden;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** T5, whose blanks have a token each. */
class SentinelsTest {
    private static final String TEXT = "The quick ____ fox jumps over the ____ dog.";
    private static final Options RAW = new Options(5, true);
    private static Inspector inspector;

    @BeforeAll
    static void load() {
        inspector = Inspector.load("t5", Golden.folder("t5"));
    }

    @AfterAll
    static void close() {
        inspector.close();
    }

    private static Inspected inspect(String text) {
        return inspector.inspect(Request.of(text), RAW, Cancellation.NEVER);
    }

    private static List<Blank> predict(String text) {
        return inspector.predict(Request.of(text), RAW, Cancellation.NEVER);
    }

    @Test
    void theDecoderIsGivenTheNamesOfTheBlanks() {
        try (Inspected inspected = inspect(TEXT)) {
            Inspection inspection = inspected.inspection();
            assertThat(inspection.pair()).hasValue("<extra_id_0> <extra_id_1>");
            int source = inspected.heads().shape(AttentionKind.CROSS).keys().end();
            assertThat(inspection.tokens().subList(source, inspection.tokens().size()))
                    .extracting(Token::name)
                    .containsExactly("<pad>", "<extra_id_0>", "<extra_id_1>");
            assertThat(inspection.tokens().subList(source + 1, source + 3))
                    .extracting(token -> inspection.asWritten(token))
                    .containsExactly("<extra_id_0>", "<extra_id_1>");
            assertThat(inspection.blanks())
                    .extracting(Blank::segment, blank -> blank.span().of(TEXT), Blank::token)
                    .containsExactly(tuple(0, "____", source + 1), tuple(0, "____", source + 2));
        }
    }

    @Test
    void aTypedNameIsABlank() {
        List<Blank> drawn = predict(TEXT);
        String typed = TEXT.replaceFirst("____", "<extra_id_0>");
        List<Blank> blanks = predict(typed);
        assertThat(blanks).hasSize(2);
        assertThat(blanks.get(0).span().of(typed)).isEqualTo("<extra_id_0>");
        for (int i = 0; i < 2; i++) {
            assertThat(blanks.get(i).predictions()).isEqualTo(drawn.get(i).predictions());
        }
    }

    @Test
    void namesInATargetAreNotBlanks() {
        Request request = Request.of(TEXT, Optional.of("<extra_id_0> brown <extra_id_1> ____"));
        List<Blank> blanks = inspector.predict(request, RAW, Cancellation.NEVER);
        assertThat(blanks).extracting(Blank::segment).containsExactly(1);
    }

    @Test
    void aTextWithoutBlanksIsAnswered() {
        assertThat(predict("This is a test")).isEmpty();
        try (Inspected inspected = inspect("This is a test")) {
            assertThat(inspected.inspection().target()).hasValue(Target.WRITTEN);
            assertThat(inspector.write(
                            Request.of("This is a test"), Inspector.LONGEST_ANSWER, piece -> {}, Cancellation.NEVER))
                    .isEqualTo(inspected.inspection().pair());
        }
    }

    @Test
    void moreBlanksThanNamesAreRefused() {
        String text = String.join(" and ", Collections.nCopies(11, "____"));
        assertThatThrownBy(() -> predict(text))
                .isInstanceOf(UserException.class)
                .hasMessage("The text has 11 blanks, and the limit is 10: select less.");
    }

    @Test
    void aWordIsReplacedAsABlankIs() {
        String text = "The quick brown fox";
        Request request = new Request(text, Optional.empty(), Optional.of(new Span(10, 15)), false);
        assertThat(inspector.predict(request, RAW, Cancellation.NEVER))
                .singleElement()
                .satisfies(blank -> assertThat(blank.predictions())
                        .isEqualTo(predict("The quick ____ fox").get(0).predictions()));
    }

    @Test
    void aBlankFarFromTheStartOfALongTextIsPredictedWithItsSentence() {
        String text = String.join(" ", Collections.nCopies(200, "Nothing happened here.")) + " " + TEXT;
        List<Blank> blanks = predict(text);
        assertThat(blanks)
                .hasSize(2)
                .allSatisfy(blank -> assertThat(blank.predictions()).hasSize(5));
        try (Inspected inspected = inspect(text)) {
            Inspection inspection = inspected.inspection();
            assertThat(inspection.cuts()).isNotEmpty();
            assertThat(inspection.tokens()).hasSizeLessThanOrEqualTo(1024);
            assertThat(inspection.blanks())
                    .extracting(blank -> inspection.tokens().get(blank.token()).name())
                    .containsExactly("<extra_id_0>", "<extra_id_1>");
        }
    }

    @Test
    void wordsAreHiddenBecauseNoMaskStandsForThem() {
        TakenOut blanked = new TakenOut(Set.of(1), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
        Request without = new Request(TEXT, Optional.empty(), Optional.empty(), false, blanked);
        assertThatThrownBy(() -> inspector.inspect(without, RAW, Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("hide words instead");
        Request request = Request.of(TEXT);
        try (Inspected inspected = inspect(TEXT);
                Why why = inspector.why(request, RAW, inspected.inspection(), 1, Cancellation.NEVER)) {
            assertThat(why).isNotNull();
        }
    }

    @Test
    void blanksAreFilledTogether() {
        List<Together> all = inspector.together(Request.of(TEXT), Options.standard(), Cancellation.NEVER);
        assertThat(all)
                .isNotEmpty()
                .allSatisfy(together -> assertThat(together.text()).doesNotContain("____"));
    }
}
