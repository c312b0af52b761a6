package dev.headlight.client.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.client.Edit;
import dev.headlight.client.Editor.Remedy;
import dev.headlight.client.HeadlightClient;
import dev.headlight.client.HeadlightException;
import dev.headlight.client.Highlight;
import dev.headlight.client.Inspection;
import dev.headlight.client.JavaRuntime;
import dev.headlight.client.Launch;
import dev.headlight.client.RecordingEditor;
import dev.headlight.client.Span;
import dev.headlight.client.State;
import dev.headlight.client.Word;
import dev.headlight.client.Words;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a person causes, with the server as it was packaged. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class ConversationTest {
    private static final String NOTE = "file:///note.md";
    private static final String TEXT = "He opened the [MASK] and walked into the room.\n"
            + "naïve 🙂 She closed the ____ behind her.\n"
            + "The quick brown fox.\n";
    private static final Span FIRST_LINE = new Span(0, 46);
    private static final Span FIRST_BLANK = new Span(14, 20);

    /** Kept: a client that is collected stops reading. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path temp;

    private final RecordingEditor editor = new RecordingEditor();
    private final Path installed = Path.of(System.getProperty("headlight.home"));
    private Path home = installed;
    private String model = "embedded";
    private final HeadlightClient client = new HeadlightClient(
            editor, () -> new Launch(home, JavaRuntime.own(), "", model, "float32", 3, temp.resolve("log")));

    @AfterEach
    void closingLeavesNoProcess() {
        List<ProcessHandle> servers = servers();
        client.close();
        servers.forEach(server -> server.onExit().join());
    }

    private static List<ProcessHandle> servers() {
        return ProcessHandle.current().descendants().toList();
    }

    private static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(60, TimeUnit.SECONDS);
    }

    private void open() {
        client.open(NOTE, "markdown", 1, TEXT);
    }

    private static List<String> texts(Words words) {
        return words.words().stream().map(Word::text).toList();
    }

    private static String http(String url, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (body != null) {
            request.POST(BodyPublishers.ofString(body));
        }
        return HTTP.send(request.build(), BodyHandlers.ofString()).body();
    }

    private static String api(Inspection inspection) {
        return inspection.url().replaceFirst("#.*", "") + "api/";
    }

    @Test
    void theServerSaysThatItLoadsAndThatItIsReady() throws Exception {
        client.start();
        editor.becomes(State.STARTING);
        editor.becomes(State.LOADING);
        assertThat(editor.next(RecordingEditor.Loading.class).message()).isEqualTo("Loading embedded");
        editor.becomes(State.READY);
        assertThat(client.state()).isEqualTo(State.READY);
        assertThat(servers()).isNotEmpty();
    }

    @Test
    void everyBlankHasThreeWordsAndTheirProbabilities() throws Exception {
        open();
        List<Words> blanks = get(client.words(NOTE, new Span(0, TEXT.length())));
        assertThat(blanks).extracting(blank -> blank.place().of(TEXT)).containsExactly("[MASK]", "____");
        assertThat(blanks.get(0).place()).isEqualTo(FIRST_BLANK);
        assertThat(blanks.get(0).version()).isEqualTo(1);
        assertThat(texts(blanks.get(0))).hasSize(3).startsWith("door");
        assertThat(blanks.get(0).words().get(0).probability()).matches("\\d+\\.\\d %");
        assertThat(get(client.words(NOTE, new Span(90, 100)))).isEmpty();
    }

    @Test
    void completionAtABlankIsTheSame() throws Exception {
        open();
        Words found = get(client.complete(NOTE, 20)).orElseThrow();
        assertThat(found.place()).isEqualTo(FIRST_BLANK);
        assertThat(texts(found)).hasSize(3).startsWith("door");
        assertThat(get(client.complete(NOTE, 5))).isEmpty();
    }

    @Test
    void aSelectedWordGetsOthersAndTwoOfThemASentence() throws Exception {
        open();
        Span quick = new Span(TEXT.indexOf("quick"), TEXT.indexOf("quick") + 5);
        Words others = get(client.alternatives(NOTE, quick));
        assertThat(others.place()).isEqualTo(quick);
        assertThat(texts(others)).hasSize(3).doesNotContain("quick");
        assertThat(others.words().get(0).probability()).matches("\\d+\\.\\d %");
        assertThatThrownBy(() -> get(client.alternatives(NOTE, new Span(quick.start(), quick.end() + 6))))
                .cause()
                .isInstanceOf(HeadlightException.class)
                .hasMessage("Words are suggested for one word: select it as a whole.");
    }

    @Test
    void editsKeepServerAndEditorInStep() throws Exception {
        open();
        client.change(NOTE, 2, FIRST_BLANK, "door");
        client.change(NOTE, 3, new Span(45, 45), "Then 🙂 ");
        client.change(NOTE, 4, new Span(0, 0), "Yes.\n\n");
        List<Words> blanks = get(client.words(NOTE, new Span(0, 200)));
        String now =
                "Yes.\n\nHe opened the door and walked into the room.\nThen 🙂 naïve 🙂 She closed the ____ behind her.\n";
        assertThat(blanks).singleElement().satisfies(blank -> {
            assertThat(blank.version()).isEqualTo(4);
            assertThat(blank.place().start()).isEqualTo(now.indexOf("____"));
        });
        client.closed(NOTE);
        assertThatThrownBy(() -> get(client.words(NOTE, FIRST_LINE)))
                .cause()
                .hasMessage("This text is not open any more.");
    }

    @Test
    void aTextAndAPairAreLookedAtAndTheirPageIsThere() throws Exception {
        open();
        Inspection one = get(client.inspect(NOTE, List.of(FIRST_LINE)));
        assertThat(one.model()).isEqualTo("embedded");
        assertThat(one.leftOut()).isZero();
        assertThat(one.url()).endsWith("#inspection=" + one.id());
        assertThat(http(one.url().replaceFirst("#.*", ""), null)).contains("id=\"app\"");
        int third = TEXT.indexOf("The quick");
        Inspection pair = get(client.inspect(NOTE, List.of(FIRST_LINE, new Span(third, third + 20))));
        assertThat(pair.id()).isGreaterThan(one.id());
        assertThat(http(api(pair) + "inspections/" + pair.id(), null)).contains("\"pair\":\"The quick brown fox.\"");
    }

    @Test
    void aTokenThatIsPointedAtLightsItsWordsUp() throws Exception {
        open();
        Inspection inspection = get(client.inspect(NOTE, List.of(FIRST_LINE)));
        String pointer = api(inspection) + "inspections/" + inspection.id() + "/pointer";
        http(pointer, "{\"layer\":0,\"heads\":[0,1],\"tokens\":[2],\"incoming\":false}");
        Highlight lit = editor.next(Highlight.class);
        assertThat(lit.uri()).isEqualTo(NOTE);
        assertThat(lit.version()).isEqualTo(1);
        assertThat(lit.lights()).hasSize(10);
        assertThat(lit.lights().get(0).span()).isEqualTo(new Span(0, 2));
        assertThat(lit.lights()).allMatch(light -> light.weight() >= 0 && light.weight() <= 1);
        http(pointer, "{}");
        assertThat(editor.next(Highlight.class).lights()).isEmpty();
    }

    @Test
    void aWordThatIsTakenInThePageChangesTheText() throws Exception {
        open();
        Inspection inspection = get(client.inspect(NOTE, List.of(FIRST_LINE)));
        http(api(inspection) + "inspections/" + inspection.id() + "/accept", "{\"blank\":0,\"word\":0}");
        assertThat(editor.next(Edit.class)).isEqualTo(new Edit(NOTE, 1, FIRST_BLANK, "door"));
    }

    @Test
    void theCursorLeadsThePageToItsToken() throws Exception {
        open();
        Inspection inspection = get(client.inspect(NOTE, List.of(FIRST_LINE)));
        HttpRequest request = HttpRequest.newBuilder(URI.create(api(inspection) + "events"))
                .header("Accept", "text/event-stream")
                .build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                HTTP.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            event(lines, "model"); // from here on the page is told
            client.cursor(NOTE, 4);
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":" + inspection.id() + ",\"token\":2}");
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
    void whatIsCancelledIsOverAtOnceAndANewerQuestionTakesAnOldersPlace() throws Exception {
        open();
        CompletableFuture<Inspection> cancelled = client.inspect(NOTE, List.of(FIRST_LINE)); // the model is loaded yet
        cancelled.cancel(true);
        assertThatThrownBy(cancelled::get).isInstanceOf(CancellationException.class);
        CompletableFuture<Inspection> older = client.inspect(NOTE, List.of(FIRST_LINE));
        CompletableFuture<Inspection> newer = client.inspect(NOTE, List.of(FIRST_LINE));
        assertThatThrownBy(older::get).isInstanceOf(CancellationException.class);
        assertThat(get(newer).model()).isEqualTo("embedded");
    }

    @Test
    void aServerThatIsKilledComesBackAndKnowsTheTextsThatAreOpen() throws Exception {
        open();
        client.change(NOTE, 2, FIRST_BLANK, "____");
        get(client.words(NOTE, FIRST_LINE));
        servers().forEach(ProcessHandle::destroyForcibly);
        editor.becomes(State.STOPPED);
        editor.becomes(State.READY);
        List<Words> blanks = get(client.words(NOTE, FIRST_LINE));
        assertThat(blanks).singleElement().satisfies(blank -> {
            assertThat(blank.version()).isEqualTo(2);
            assertThat(texts(blank)).startsWith("door");
        });
    }

    @Test
    void anotherModelIsUsedAfterARestart() throws Exception {
        open();
        assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isEqualTo("embedded");
        model = checkpoint();
        client.restart();
        editor.becomes(State.STOPPED);
        assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isNotEqualTo("embedded");
    }

    private static String checkpoint() {
        return Path.of("../../server/src/test/resources/oracle/bert")
                .toAbsolutePath()
                .normalize()
                .toString();
    }

    /** A hub that takes every question and answers none. */
    private ServerSocket silentHub() throws IOException {
        ServerSocket hub = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Path bin = Files.createDirectories(temp.resolve("home/bin"));
        String script =
                "HF_ENDPOINT=http://127.0.0.1:%d HF_HUB_CACHE='%s' HF_HUB_OFFLINE= HF_TOKEN= HTTP_PROXY= http_proxy= "
                        + "exec sh '%s' \"$@\"\n";
        Files.writeString(
                bin.resolve("headlight"),
                script.formatted(hub.getLocalPort(), temp.resolve("hub"), installed.resolve("bin/headlight")));
        home = temp.resolve("home");
        return hub;
    }

    @Test
    void aRunningServerTakesAnotherModelAndNamesThoseThatAreHere() throws Exception {
        open();
        get(client.words(NOTE, FIRST_LINE));
        editor.becomes(State.READY);
        List<ProcessHandle> before = servers();
        client.useModel(checkpoint());
        editor.becomes(State.LOADING);
        editor.becomes(State.READY);
        assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isNotEqualTo("embedded");
        assertThat(servers()).containsExactlyElementsOf(before);
        assertThat(get(client.models())).startsWith("embedded");
        client.useModel("/no/such/model");
        RecordingEditor.Failure failure = editor.next(RecordingEditor.Failure.class);
        assertThat(failure.sentence()).contains("There is no model");
        assertThat(failure.remedy()).isEqualTo(Remedy.OPEN_SETTINGS);
        assertThat(client.state()).as("the one before answers").isEqualTo(State.READY);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "what leads the server to another hub is a shell script")
    void aModelOnItsWayIsGivenUpAndTheOneBeforeStays() throws Exception {
        try (ServerSocket hub = silentHub()) {
            open();
            get(client.words(NOTE, FIRST_LINE));
            editor.becomes(State.READY);
            client.useModel("org/slow");
            editor.becomes(State.LOADING);
            hub.accept();
            assertThat(texts(get(client.words(NOTE, FIRST_LINE)).get(0))).startsWith("door");
            client.cancelLoading();
            RecordingEditor.Failure failure = editor.next(RecordingEditor.Failure.class);
            assertThat(failure.sentence()).startsWith("Loading org/slow was cancelled");
            assertThat(failure.remedy()).isEqualTo(Remedy.TRY_AGAIN);
            assertThat(client.state()).isEqualTo(State.READY);
            assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isEqualTo("embedded");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "what leads the server to another hub is a shell script")
    void whereTheFirstModelIsGivenUpAnotherCanBeChosen() throws Exception {
        try (ServerSocket hub = silentHub()) {
            model = "org/slow";
            open();
            client.start();
            editor.becomes(State.LOADING);
            hub.accept();
            client.cancelLoading();
            editor.becomes(State.FAILED);
            RecordingEditor.Failure failure = editor.next(RecordingEditor.Failure.class);
            assertThat(failure.remedy()).isEqualTo(Remedy.TRY_AGAIN);
            client.useModel("embedded");
            editor.becomes(State.READY);
            assertThat(get(client.inspect(NOTE, List.of(FIRST_LINE))).model()).isEqualTo("embedded");
        }
    }

    @Test
    void aModelThatIsNotThereIsSaidOnceAndToEveryQuestion() throws Exception {
        model = "/no/such/model";
        open();
        CompletableFuture<Inspection> answer = client.inspect(NOTE, List.of(FIRST_LINE));
        RecordingEditor.Failure failure = editor.next(RecordingEditor.Failure.class);
        assertThat(failure.sentence()).contains("There is no model");
        assertThat(failure.remedy()).isEqualTo(Remedy.OPEN_SETTINGS);
        assertThatThrownBy(() -> get(answer)).cause().isInstanceOf(HeadlightException.class);
    }

    @Test
    void theLogHoldsNothingOfTheText() throws Exception {
        client.open(NOTE, "markdown", 1, "The zebrafish ____ here.");
        get(client.words(NOTE, new Span(0, 20)));
        assertThat(Files.readString(temp.resolve("log")))
                .contains("embedded loaded")
                .doesNotContain("zebrafish");
    }
}
