package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.testing.Golden;
import dev.headlight.tokens.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that a model goes on with, as inspections. */
class GoOnTest {
    private static final String TEXT = "The quick brown fox jumps";

    @TempDir
    private Path temp;

    private static Inspector load(String name) {
        return Inspector.load(name, Golden.folder(name));
    }

    /** The inspections of a text that is gone on with, that of the text first; all but the last are closed. */
    private static List<Written> steps(Inspector inspector, Request request, int most) {
        List<Written> steps = new ArrayList<>();
        Written last =
                new Written(inspector.inspect(request, Options.standard(), Cancellation.NEVER), request, "", false);
        steps.add(last);
        while (steps.size() <= most) {
            Optional<Written> next =
                    inspector.goOn(last.request(), Options.standard(), last.inspected(), Cancellation.NEVER);
            if (next.isEmpty()) {
                break;
            }
            last.inspected().close();
            last = next.get();
            steps.add(last);
        }
        return steps;
    }

    private static Inspection of(Written step) {
        return step.inspected().inspection();
    }

    private static Written last(List<Written> steps) {
        return steps.get(steps.size() - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "qwen2", "llama", "bloom"})
    void eachStepIsTheInspectionOfTheLongerText(String name) {
        try (Inspector inspector = load(name)) {
            List<Written> steps = steps(inspector, Request.of(TEXT), 8);
            for (int i = 1; i < steps.size(); i++) {
                Inspection before = of(steps.get(i - 1));
                Inspection now = of(steps.get(i));
                assertThat(now.text()).isEqualTo(before.text() + steps.get(i).added());
                assertThat(now.tokens()).hasSize(before.tokens().size() + 1);
                assertThat(now.blanks()).hasSize(1);
                assertThat(now.blanks().get(0).token()).isEqualTo(now.tokens().size() - 1);
                assertThat(now.blanks().get(0).span().start())
                        .isEqualTo(now.text().length());
                Token last = now.tokens().get(now.tokens().size() - 1);
                assertThat(last.span().of(now.text()).strip())
                        .isEqualTo(steps.get(i).added().strip());
            }
            Written end = last(steps);
            if (!end.asWritten()) {
                try (Inspected ordinary =
                        inspector.inspect(Request.of(of(end).text()), Options.standard(), Cancellation.NEVER)) {
                    assertSame(end.inspected(), ordinary, Set.of(AttentionKind.SELF));
                }
            }
            end.inspected().close();
        }
    }

    private static void assertSame(Inspected one, Inspected other, Set<AttentionKind> kinds) {
        assertThat(one.inspection().tokens()).isEqualTo(other.inspection().tokens());
        assertThat(one.inspection().attentions()).isEqualTo(other.inspection().attentions());
        assertThat(one.inspection().blanks())
                .usingRecursiveComparison()
                .withComparatorForType((a, b) -> Math.abs(a - b) < 1e-4 ? 0 : Double.compare(a, b), Double.class)
                .isEqualTo(other.inspection().blanks());
        for (AttentionKind kind : kinds) {
            float[] found = one.heads().head(kind, 1, 1).values();
            float[] expected = other.heads().head(kind, 1, 1).values();
            assertThat(found).containsExactly(expected, within(1e-5f));
        }
    }

    @Test
    void theWordsOfAPromptAreGoneOnWithAsTheyWouldBeReadAsOneText() {
        try (Inspector inspector = load("gpt2")) {
            String written = inspector
                    .write(Request.of(TEXT), 8, piece -> {}, Cancellation.NEVER)
                    .orElseThrow();
            List<Written> steps = steps(inspector, Request.of(TEXT), 8);
            assertThat(of(last(steps)).text()).isEqualTo(TEXT + written);
            last(steps).inspected().close();
        }
    }

    @Test
    void anEncoderDecoderWritesItsTargetStepByStepAsItDoesAtOnce() {
        try (Inspector inspector = load("bart")) {
            List<Written> steps = steps(inspector, Request.of(TEXT).written(""), Inspector.LONGEST_ANSWER);
            assertThat(of(steps.get(0)).pair()).contains("");
            assertThat(of(steps.get(0)).target()).contains(Inspection.Target.WRITTEN);
            Set<AttentionKind> kinds = Set.of(AttentionKind.ENCODER, AttentionKind.DECODER, AttentionKind.CROSS);
            try (Inspected atOnce = inspector.inspect(Request.of(TEXT), Options.standard(), Cancellation.NEVER)) {
                Written end = last(steps);
                assertThat(of(end).pair().orElseThrow().strip())
                        .isEqualTo(atOnce.inspection().pair().orElseThrow());
                assertThat(end.request().written()).isEqualTo(of(end).pair());
            }
            Written end = last(steps);
            try (Inspected again = inspector.inspect(end.request(), Options.standard(), Cancellation.NEVER)) {
                if (!end.asWritten()) {
                    assertSame(end.inspected(), again, kinds);
                }
            }
            end.inspected().close();
        }
    }

    @Test
    void aTargetThatWasGivenIsGoneOnWith() {
        try (Inspector inspector = load("bart")) {
            Request request = Request.of(TEXT, Optional.of("The fox"));
            List<Written> steps = steps(inspector, request, 2);
            assertThat(of(last(steps)).target()).contains(Inspection.Target.GIVEN);
            assertThat(of(last(steps)).pair().orElseThrow()).startsWith("The fox");
            assertThat(last(steps).request().pair()).isEqualTo(of(last(steps)).pair());
            last(steps).inspected().close();
        }
    }

    @Test
    void whatIsTakenOutStaysOutOfWhatIsWritten() {
        TakenOut out = new TakenOut(
                Set.of(),
                Set.of(),
                Set.of(new TakenOut.Head(AttentionKind.SELF, 0, 1)),
                Set.of(),
                Set.of(),
                Set.of(new TakenOut.Layer(AttentionKind.SELF, 1)),
                Set.of());
        try (Inspector inspector = load("gpt2")) {
            List<Written> steps = steps(inspector, Request.of(TEXT).without(out), 4);
            assertThat(of(last(steps)).takenOut()).isEqualTo(out);
            last(steps).inspected().close();
        }
    }

    @Test
    void theTokenThatEndsATextStopsIt() throws IOException {
        int end = new Gson()
                .fromJson(Files.readString(Golden.folder("gpt2").resolve("writing.json")), JsonObject.class)
                .get("end")
                .getAsInt();
        try (Stream<Path> files = Files.list(Golden.folder("gpt2"))) {
            for (Path file : files.toList()) {
                Files.copy(file, temp.resolve(file.getFileName().toString()));
            }
        }
        Files.writeString(temp.resolve("generation_config.json"), "{\"eos_token_id\": [50, " + end + "]}");
        String text = Golden.of("gpt2").cases().get(0).text();
        try (Inspector whole = load("gpt2");
                Inspector stopped = Inspector.load("stopped", temp)) {
            String all = whole.write(Request.of(text), 24, piece -> {}, Cancellation.NEVER)
                    .orElseThrow();
            String some = stopped.write(Request.of(text), 24, piece -> {}, Cancellation.NEVER)
                    .orElseThrow();
            assertThat(all).startsWith(some);
            assertThat(some.length()).isLessThan(all.length());
            List<Written> steps = steps(stopped, Request.of(text), 24);
            assertThat(of(last(steps)).text()).isEqualTo(text + some);
            last(steps).inspected().close();
        }
    }

    @Test
    void aModelThatFillsBlanksSaysThatItCantGoOn() {
        try (Inspector bert = load("bert");
                Inspected inspected = bert.inspect(Request.of(TEXT), Options.standard(), Cancellation.NEVER)) {
            assertThatThrownBy(() -> bert.goOn(Request.of(TEXT), Options.standard(), inspected, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessage("The model bert fills blanks and can't go on with a text: choose one such as GPT-2.");
            assertThat(bert.write(Request.of(TEXT), 3, piece -> {}, Cancellation.NEVER))
                    .isEmpty();
        }
    }

    @Test
    void aTextThatFillsTheModelIsNotGoneOnWith() {
        String longest = "fox ".repeat(400);
        try (Inspector inspector = load("gpt2");
                Inspected inspected = inspector.inspect(Request.of(longest), Options.standard(), Cancellation.NEVER)) {
            assertThatThrownBy(() ->
                            inspector.goOn(Request.of(longest), Options.standard(), inspected, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageMatching("The text fills all \\d+ tokens that the model takes: select less\\.");
            assertThat(inspector.write(Request.of(longest), 5, piece -> {}, Cancellation.NEVER))
                    .as("the end of the text is gone on with")
                    .isPresent();
        }
    }
}
