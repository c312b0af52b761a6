package dev.headlight.lsp;

import static dev.headlight.testing.FakeEditor.code;
import static dev.headlight.testing.FakeEditor.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.inspect.Inspector;
import dev.headlight.protocol.Messages;
import dev.headlight.session.Session;
import dev.headlight.testing.Golden;
import dev.headlight.testing.StubModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.InlineCompletionTriggerKind;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.ShowDocumentParams;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Attention between an editor and its page. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class InspectionsTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Session stub;
    private ServerInProcess server;

    @BeforeAll
    static void load(@TempDir Path folder) throws Exception {
        StubModel.in(folder);
        stub = session(folder);
    }

    private static Session session(Path folder) {
        return new Session(
                folder.getFileName().toString(),
                (model, progress, cancellation) -> Inspector.load(model, folder),
                1 << 20);
    }

    @BeforeEach
    void start() throws Exception {
        server = ServerInProcess.begun(stub);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @AfterAll
    static void close() {
        stub.close();
    }

    private Messages.InspectResult inspect(Marked text) throws Exception {
        return get(server.server().inspect(text.asParams()));
    }

    private static String page(Messages.InspectResult result) {
        return result.url().replaceFirst("#.*", "") + "api/inspections/" + result.id();
    }

    private static JsonObject read(String url) throws Exception {
        var answer = HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    private static void post(String url, String body) throws Exception {
        assertThat(status(url, body)).isLessThan(300);
    }

    private static int status(String url, String body) throws Exception {
        return send(url, body).statusCode();
    }

    private static HttpResponse<String> send(String url, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .POST(BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, BodyHandlers.ofString());
    }

    @Test
    void anInspectionHasAPage() throws Exception {
        Marked text = server.check("«He opened the [MASK] and walked into the room.»\nShe closed it.");
        Messages.InspectResult result = inspect(text);
        assertThat(result.tokens()).isEqualTo(12);
        assertThat(result.leftOut()).isZero();
        assertThat(result.blanks()).singleElement().satisfies(blank -> {
            assertThat(blank.range()).isEqualTo(new Range(new Position(0, 14), new Position(0, 20)));
            assertThat(blank.words()).extracting(Messages.Word::word).containsExactly("door", "window", "gate");
        });
        assertThat(result.url()).endsWith("#inspection=" + result.id());
        JsonObject data = read(page(result));
        assertThat(data.get("linked").getAsBoolean()).isTrue();
        assertThat(data.getAsJsonArray("tokens")).hasSize(12);
    }

    @Test
    void itSaysWhatItInspected() throws Exception {
        Marked chosen = server.check("«He opened the [MASK]» and walked into the room.\n\nShe closed it.");
        assertThat(inspect(chosen).ranges()).containsExactly(chosen.selection());
        Marked paragraph = server.check("A title.\n\nHe opened| the [MASK].\nShe closed it.\n\nThe end.");
        Range around = new Range(new Position(2, 0), new Position(3, 14));
        assertThat(inspect(paragraph).ranges()).containsExactly(around);
        var pair = new Messages.InspectParams(
                paragraph.id(), around, new Messages.Place(chosen.id(), chosen.selection()), null);
        assertThat(get(server.server().inspect(pair)).ranges()).containsExactly(around, chosen.selection());
    }

    @Test
    void pointingOnThePageHighlightsTheEditor() throws Exception {
        Marked text = server.check("«He opened the [MASK] and walked into the room.»\nShe closed it.");
        Messages.InspectResult result = inspect(text);
        post(page(result) + "/pointer", "{\"layer\":0,\"heads\":[0,1],\"tokens\":[2],\"incoming\":false}");
        Messages.Highlight lit = server.editor().next(Messages.Highlight.class);
        assertThat(lit.uri()).isEqualTo(text.uri());
        assertThat(lit.version()).isEqualTo(1);
        assertThat(lit.spans()).hasSize(10);
        assertThat(lit.spans().get(0).range()).isEqualTo(new Range(new Position(0, 0), new Position(0, 2)));
        post(page(result) + "/pointer", "{}");
        assertThat(server.editor().next(Messages.Highlight.class).spans()).isEmpty();
    }

    @Test
    void anEditElsewhereMovesHighlightsAndAnEditInsideEndsThem() throws Exception {
        Marked text = server.check("A title.\n\n«He opened the [MASK].»\n\nThe end.");
        Messages.InspectResult result = inspect(text);
        String point = "{\"layer\":0,\"heads\":[0,1],\"tokens\":[2],\"incoming\":false}";
        change(text, 2, new Range(new Position(0, 0), new Position(0, 0)), "Above.\n\n");
        change(text, 3, new Range(new Position(6, 0), new Position(6, 3)), "Now the");
        post(page(result) + "/pointer", point);
        Messages.Highlight moved = server.editor().next(Messages.Highlight.class);
        assertThat(moved.version()).isEqualTo(3);
        assertThat(moved.spans().get(0).range()).isEqualTo(new Range(new Position(4, 0), new Position(4, 2)));
        change(text, 4, new Range(new Position(4, 3), new Position(4, 9)), "closed");
        post(page(result) + "/pointer", point);
        assertThat(server.editor().next(Messages.Highlight.class).version()).isEqualTo(3);
    }

    private void change(Marked text, int version, Range range, String to) {
        server.server()
                .getTextDocumentService()
                .didChange(new DidChangeTextDocumentParams(
                        new VersionedTextDocumentIdentifier(text.uri(), version),
                        List.of(new TextDocumentContentChangeEvent(range, to))));
    }

    @Test
    void effectsShownOnThePageHighlightTheEditorInTheirSignsColours() throws Exception {
        Marked text = server.check("«He opened the [MASK].»");
        Messages.InspectResult result = inspect(text);
        post(page(result) + "/pointer", "{\"effects\":[0,0.001,2,-1,0,0,0]}");
        Messages.Highlight lit = server.editor().next(Messages.Highlight.class);
        assertThat(lit.kind()).isEqualTo("effects");
        assertThat(lit.spans()).extracting(Messages.WeightedSpan::share).containsExactly(1f, -0.5f);
        assertThat(lit.spans().get(0).range()).isEqualTo(new Range(new Position(0, 3), new Position(0, 9)));
        for (String wrong : new String[] {"[1]", "[0,0,0,0,0,0,1e99]", "[0,0,0,0,0,0,\"1\"]", "1"}) {
            assertThat(status(page(result) + "/pointer", "{\"effects\":" + wrong + "}"))
                    .isEqualTo(400);
        }
    }

    @Test
    void aTextWithoutAPartStillHighlightsAndFillsTheEditorsDocument() throws Exception {
        Marked text = server.check("«He opened the [MASK].»");
        Messages.InspectResult result = inspect(text);
        String inspections = page(result).replaceFirst("/\\d+$", "");
        String body = "{\"text\":\"%s\",\"without\":{\"heads\":[[0,1]]},\"whole\":" + result.id() + "}";
        JsonObject changed = JsonParser.parseString(send(inspections, body.formatted("He opened the [MASK]."))
                        .body())
                .getAsJsonObject();
        assertThat(changed.get("linked").getAsBoolean()).isTrue();
        String page = inspections + "/" + changed.get("id").getAsInt();
        post(page + "/pointer", "{\"effects\":[0,1,2,0,0,0,0]}");
        Messages.Highlight lit = server.editor().next(Messages.Highlight.class);
        assertThat(lit.inspection()).isEqualTo(result.id());
        assertThat(lit.uri()).isEqualTo(text.uri());
        assertThat(lit.spans()).extracting(Messages.WeightedSpan::share).containsExactly(0.5f, 1f);
        post(page + "/pointer", "{\"layer\":0,\"heads\":[0],\"tokens\":[2],\"incoming\":false}");
        assertThat(server.editor().next(Messages.Highlight.class).spans()).isNotEmpty();
        post(page + "/accept", "{\"blank\":0,\"word\":1}");
        assertThat(text.with(server.editor().nextEdit())).isEqualTo("He opened the window.");
        assertThat(status(inspections, body.formatted("Another [MASK]."))).isEqualTo(422);
        assertThat(status(inspections, "{\"text\":\"a\",\"whole\":999999}")).isEqualTo(422);
    }

    @Test
    void theWhyViewBeginsAtTheBlankAskedAbout() throws Exception {
        Marked text = server.check("He opened the [MASK].\nShe closed the __|__.\n\nAnother ____.");
        var params = new Messages.InspectParams(text.id(), text.selection(), null, Messages.WHY_VIEW);
        Messages.InspectResult result = get(server.server().inspect(params));
        assertThat(result.url()).endsWith("#inspection=" + result.id() + "&view=why&place=2");
        JsonObject same = server.editor()
                .execute("headlight.whyThisWord", text.asArgument())
                .getAsJsonObject();
        assertThat(same.get("url").getAsString()).endsWith("&view=why&place=2");
        leadsOnceTo(
                same.get("url").getAsString(),
                server.editor().next(ShowDocumentParams.class).getUri());
        var unknown = new Messages.InspectParams(text.id(), text.selection(), null, "neuron");
        assertThat(code(server.server().inspect(unknown))).isEqualTo(ResponseErrorCode.InvalidParams.getValue());
    }

    @Test
    void whyNamesTheWordsAndTheirEffects() throws Exception {
        Marked text = server.check("A title.\n\nHe opened the [MA|SK] again.");
        var why = get(server.server().why(new Messages.WhyParams(text.id(), text.selection(), null, "gate")));
        assertThat(why.question()).isEqualTo("Why “door” rather than “gate”?");
        assertThat(why.word().probability()).isCloseTo(0.5, within(1e-4));
        assertThat(why.rather().word()).isEqualTo("gate");
        assertThat(why.words()).extracting(Messages.WordEffect::range).contains(range(2, 0, 2), range(2, 3, 9));
        assertThat(why.words()).allMatch(word -> word.effect() == 0, "the stub's words depend on nothing");
        assertThat(why.answer()).contains("No single word");
        assertThat(why.heads()).hasSize(8); // all of the stub's two layers of four
    }

    @Test
    void whyAsksAboutAWordThatStandsThere() throws Exception {
        for (String marked : List.of("He opened the [MASK].\nShe closed the ga|te.", "He opened the «gate».")) {
            Marked text = server.check(marked);
            int place = marked.contains("[MASK]") ? 2 : 1;
            var params = new Messages.InspectParams(text.id(), text.selection(), null, Messages.WHY_VIEW);
            Messages.InspectResult result = get(server.server().inspect(params));
            assertThat(result.url()).containsPattern("&view=why&place=" + place + "&why=\\d+$");
            assertThat(result.blanks()).hasSize(place);
            assertThat(result.blanks().get(place - 1).words().get(0).word()).isEqualTo("door");
            var why = get(server.server().why(new Messages.WhyParams(text.id(), text.selection(), null, null)));
            assertThat(why.question()).isEqualTo("Why “gate” rather than “door”?");
        }
    }

    @Test
    void whatIsTakenOutOfAPageAboutAWordIsTakenOutOfTheSameQuestion() throws Exception {
        Marked text = server.check("He opened the ga|te.");
        var params = new Messages.InspectParams(text.id(), text.selection(), null, Messages.WHY_VIEW);
        Messages.InspectResult result = get(server.server().inspect(params));
        String inspections = result.url().replaceAll("/?#.*", "/api/inspections");
        String body =
                "{\"text\":\"He opened the gate.\",\"without\":{\"heads\":[[0,1]]},\"whole\":" + result.id() + "}";
        JsonObject changed =
                JsonParser.parseString(send(inspections, body).body()).getAsJsonObject();
        assertThat(changed.get("blanks").getAsJsonArray()).hasSize(1);
        post(inspections + "/" + changed.get("id").getAsInt() + "/accept", "{\"blank\":0,\"word\":0}");
        assertThat(text.with(server.editor().nextEdit())).isEqualTo("He opened the door.");
    }

    @Test
    void whyNeedsABlankAndWordsOfTheModel() throws Exception {
        Marked text = server.check("He opened the [MASK]. |");
        assertThatThrownBy(
                        () -> get(server.server().why(new Messages.WhyParams(text.id(), text.selection(), null, null))))
                .cause()
                .hasMessageContaining("There is no blank and no word here");
        Range blank = range(0, 14, 20);
        assertThatThrownBy(() -> get(server.server().why(new Messages.WhyParams(text.id(), blank, "zzzz", null))))
                .cause()
                .hasMessageContaining("“zzzz” is not one token");
        assertThat(code(server.server().why(new Messages.WhyParams(null, blank, null, null))))
                .isEqualTo(ResponseErrorCode.InvalidParams.getValue());
    }

    private static Range range(int line, int start, int end) {
        return new Range(new Position(line, start), new Position(line, end));
    }

    @Test
    void aWordAcceptedOnThePageIsInsertedIntoTheDocument() throws Exception {
        Marked text = server.check("«He opened the [MASK].» And then?");
        post(page(inspect(text)) + "/accept", "{\"blank\":0,\"word\":1}");
        assertThat(text.with(server.editor().nextEdit())).isEqualTo("He opened the window. And then?");
    }

    @Test
    void wordsForSeveralBlanksAreOneEdit() throws Exception {
        Marked text = server.check("A title. «The [MASK] opened the ____.» And then?");
        String page = page(inspect(text));
        post(page + "/accept", "{\"words\":[{\"blank\":1,\"word\":\"cellar door\"},{\"blank\":0,\"word\":\"cat\"}]}");
        assertThat(text.with(server.editor().nextEdit()))
                .isEqualTo("A title. The cat opened the cellar door. And then?");
        post(page + "/accept", "{\"words\":[{\"blank\":1,\"word\":\"gate\"}]}");
        assertThat(text.with(server.editor().nextEdit())).isEqualTo("A title. The [MASK] opened the gate. And then?");
        for (String wrong : new String[] {
            "{\"words\":[{\"blank\":2,\"word\":\"a\"}]}",
            "{\"words\":[1]}",
            "{\"words\":[{\"blank\":0}]}",
            "{\"blank\":0,\"word\":3}"
        }) {
            assertThat(status(page + "/accept", wrong)).as(wrong).isEqualTo(400);
        }
    }

    @Test
    void theCursorSelectsItsTokenOnThePage() throws Exception {
        Marked text = server.check("«He opened the [MASK].»\nShe closed it.");
        Messages.InspectResult result = inspect(text);
        HttpRequest request = HttpRequest.newBuilder(URI.create(result.url().replaceFirst("#.*", "") + "api/events"))
                .header("Accept", "text/event-stream")
                .build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                HTTP.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            event(lines, "model"); // from here on the page gets events
            var remote = server.server();
            remote.cursor(new Messages.Cursor(text.id(), new Position(0, 4)));
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":" + result.id() + ",\"token\":2}");
            remote.cursor(new Messages.Cursor(text.id(), new Position(1, 0)));
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":" + result.id() + "}");
            remote.cursor(new Messages.Cursor(new TextDocumentIdentifier("file:///unknown"), new Position(0, 4)));
            remote.cursor(new Messages.Cursor(text.id(), new Position(9999, 9999)));
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":" + result.id() + "}");
        }
    }

    /** The data of the next event of a kind. */
    private static String event(BufferedReader lines, String kind) throws IOException {
        String line = lines.readLine();
        while (!line.equals("event: " + kind)) {
            line = lines.readLine();
        }
        return lines.readLine().replaceFirst("data: ", "");
    }

    @Test
    void twoSelectionsAreInspectedAsAPair() throws Exception {
        Marked first = server.check("«He opened the [MASK] and walked into the room.»");
        Marked second = server.check("«The quick brown fox.»");
        Messages.Place pair = new Messages.Place(second.id(), second.selection());
        var result = get(server.server().inspect(new Messages.InspectParams(first.id(), first.selection(), pair)));
        assertThat(result.tokens()).isEqualTo(18);
    }

    @Test
    void anEmptySelectionInspectsItsParagraph() throws Exception {
        assertThat(inspect(server.check("He opened the [MASK].\nShe clo|sed the ____.\n\nAnother ____."))
                        .blanks())
                .hasSize(2);
    }

    @Test
    void anEmptySelectionWithoutTextIsAClearError() {
        assertThatThrownBy(() -> inspect(server.check("|   \n\n"))).cause().hasMessageContaining("The text is empty");
    }

    @Test
    void rangesAreClampedAndMissingOnesAreErrors() throws Exception {
        Marked text = server.check("He opened the door.\nThe quick brown fox.\n");
        Range far = new Range(new Position(1, 0), new Position(99, 99));
        assertThat(get(server.server().inspect(new Messages.InspectParams(text.id(), far, null)))
                        .tokens())
                .isEqualTo(7);
        TextDocumentIdentifier unknown = new TextDocumentIdentifier("file:///unknown");
        for (var wrong : new Messages.InspectParams[] {
            new Messages.InspectParams(unknown, far, null),
            new Messages.InspectParams(text.id(), null, null),
            new Messages.InspectParams(null, null, null)
        }) {
            assertThat(code(server.server().inspect(wrong))).isEqualTo(ResponseErrorCode.InvalidParams.getValue());
        }
    }

    @Test
    void visualizingOpensThePageInAnEditorWithoutAPanel() throws Exception {
        Marked text = server.check("«He opened the [MASK].»");
        JsonObject result = server.editor()
                .execute("headlight.visualizeAttention", text.asArgument())
                .getAsJsonObject();
        ShowDocumentParams shown = server.editor().next(ShowDocumentParams.class);
        assertThat(shown.getExternal()).isTrue();
        leadsOnceTo(result.get("url").getAsString(), shown.getUri());
    }

    /** Checks that an address contains no key and works once. */
    private static void leadsOnceTo(String page, String address) throws Exception {
        assertThat(address).matches("http://127\\.0\\.0\\.1:\\d+/open/[0-9a-f]{32}");
        HttpRequest open = HttpRequest.newBuilder(URI.create(address)).build();
        String location = HTTP.send(open, BodyHandlers.ofString())
                .headers()
                .firstValue("Location")
                .orElseThrow();
        assertThat(URI.create(address).resolve(location)).hasToString(page);
        assertThat(HTTP.send(open, BodyHandlers.ofString()).statusCode()).isEqualTo(410);
    }

    @Test
    void anEditorGetsAnAddressForTheBrowser() throws Exception {
        Messages.InspectResult result = inspect(server.check("«He opened the [MASK].»"));
        leadsOnceTo(
                result.url(),
                get(server.server().openingAddress(new Messages.OpenInspection(result.id())))
                        .url());
        assertThat(code(server.server().openingAddress(new Messages.OpenInspection(999_999))))
                .isEqualTo(ResponseErrorCode.InvalidParams.getValue());
    }

    @Test
    void anEditorGetsTheAddressThatPagesAreBelow() throws Exception {
        Messages.InspectResult result = inspect(server.check("«He opened the [MASK].»"));
        assertThat(result.url()).isEqualTo(get(server.server().pages()).url() + "#inspection=" + result.id());
    }

    @Test
    void aCausalModelOffersWhatFollowsAndFillsNoBlanks() throws Exception {
        try (Session session = session(Golden.folder("gpt2"));
                ServerInProcess causal = ServerInProcess.begun(session)) {
            causal.check("He opened the [MASK].").shows("He opened the [MASK].");
            assertThat(causal.check("The quick| brown fox.").ghosts(InlineCompletionTriggerKind.Invoked))
                    .hasSize(3)
                    .allSatisfy(word -> assertThat(word).isNotBlank());

            Marked text = causal.check("«The quick brown fox» and more");
            var result = get(causal.server().inspect(text.asParams()));
            assertThat(result.blanks())
                    .singleElement()
                    .satisfies(blank ->
                            assertThat(blank.range()).isEqualTo(new Range(new Position(0, 19), new Position(0, 19))));
            post(page(result) + "/accept", "{\"blank\":0,\"word\":1}");
            String word = result.blanks().get(0).words().get(1).word();
            assertThat(text.with(causal.editor().nextEdit())).isEqualTo("The quick brown fox" + word + " and more");
        }
    }

    /** A generated target is in no document: its tokens highlight only the source tokens they attend to. */
    @Test
    void anEncoderDecodersAnswerHighlightsItsSource() throws Exception {
        try (Session session = session(Golden.folder("bart"));
                ServerInProcess summarizer = ServerInProcess.begun(session)) {
            Marked text = summarizer.check("«The quick brown fox»\nHe opened the [MASK].");
            assertThat(text.inlayHints()).isNotEmpty();
            var result = get(summarizer.server().inspect(text.asParams()));
            assertThat(result.blanks()).isEmpty();
            JsonObject data = read(page(result));
            int source = data.getAsJsonArray("attentions")
                    .get(0)
                    .getAsJsonObject()
                    .getAsJsonObject("keys")
                    .get("end")
                    .getAsInt();
            assertThat(data.getAsJsonArray("tokens").size()).isGreaterThan(source + 2);
            int written = source + 2;
            String pointer = "{\"kind\":\"cross\",\"layer\":0,\"heads\":[0],\"tokens\":[" + written + "]}";
            post(page(result) + "/pointer", pointer);
            Messages.Highlight lit = summarizer.editor().next(Messages.Highlight.class);
            assertThat(lit.spans()).hasSize(source - 2); // all but <s> and </s>
            assertThat(lit.spans().get(0).range()).isEqualTo(new Range(new Position(0, 0), new Position(0, 3)));
            summarizer.server().cursor(new Messages.Cursor(text.id(), new Position(0, 5)));
            assertThat(text.inlayHints()).isNotEmpty(); // it still answers
        }
    }
}
