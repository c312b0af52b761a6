package dev.headlight.client.process;

import static dev.headlight.client.process.Packaged.FIRST_BLANK;
import static dev.headlight.client.process.Packaged.FIRST_LINE;
import static dev.headlight.client.process.Packaged.NOTE;
import static dev.headlight.client.process.Packaged.TEXT;
import static dev.headlight.client.process.Packaged.get;
import static dev.headlight.client.process.Packaged.servers;
import static dev.headlight.client.process.Packaged.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.client.Edit;
import dev.headlight.client.HeadlightClient;
import dev.headlight.client.HeadlightException;
import dev.headlight.client.Highlight;
import dev.headlight.client.InspectionPage;
import dev.headlight.client.JavaRuntime;
import dev.headlight.client.Launch;
import dev.headlight.client.RecordingListener;
import dev.headlight.client.Words;
import dev.headlight.text.Span;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** User actions with the packaged server, which all tests share. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class ConversationTest {
    /** Kept because a client that is garbage-collected stops reading. */
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    static Path temp;

    private static final RecordingListener editor = new RecordingListener();

    private static HeadlightClient client;

    @BeforeAll
    static void start() {
        Launch launch = Packaged.launch(Packaged.HOME, JavaRuntime.own(), "embedded", temp.resolve("log"));
        client = new HeadlightClient(editor, () -> launch);
    }

    @AfterAll
    static void closingLeavesNoProcess() {
        List<ProcessHandle> servers = servers();
        client.close();
        servers.forEach(server -> server.onExit().join());
    }

    @AfterEach
    void closeTheText() {
        client.closed(NOTE);
    }

    private void open() {
        client.open(NOTE, "markdown", 1, TEXT);
    }

    private static String http(String url, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (body != null) {
            request.POST(BodyPublishers.ofString(body));
        }
        return HTTP.send(request.build(), BodyHandlers.ofString()).body();
    }

    private static String api(InspectionPage inspection) {
        return inspection.url().replaceFirst("#.*", "") + "api/";
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
    void completionAtABlankHasTheSameWords() throws Exception {
        open();
        Words found = get(client.complete(NOTE, 20)).orElseThrow();
        assertThat(found.place()).isEqualTo(FIRST_BLANK);
        assertThat(texts(found)).hasSize(3).startsWith("door");
        assertThat(get(client.complete(NOTE, 5))).isEmpty();
    }

    @Test
    void aSelectedWordGetsAlternativesAndTwoWordsAnError() throws Exception {
        open();
        Span quick = new Span(TEXT.indexOf("quick"), TEXT.indexOf("quick") + 5);
        Words others = get(client.alternatives(NOTE, quick));
        assertThat(others.place()).isEqualTo(quick);
        assertThat(texts(others)).hasSize(3).doesNotContain("quick");
        assertThat(others.words().get(0).probability()).matches("\\d+\\.\\d %");
        assertThatThrownBy(() -> get(client.alternatives(NOTE, new Span(quick.start(), quick.end() + 6))))
                .cause()
                .isInstanceOf(HeadlightException.class)
                .hasMessage("Words are suggested for a single word: select all of it.");
    }

    @Test
    void editsKeepServerAndEditorInSync() throws Exception {
        open();
        client.change(NOTE, 2, FIRST_BLANK, "door");
        client.change(NOTE, 3, new Span(45, 45), "Then 🙂 ");
        client.change(NOTE, 4, new Span(0, 0), "Yes.\n\n");
        List<Words> blanks = get(client.words(NOTE, new Span(0, 200)));
        String now =
                "Yes.\n\nHe opened the door and looked into the room.\nThen 🙂 naïve 🙂 She closed the ____ behind her.\n";
        assertThat(blanks).singleElement().satisfies(blank -> {
            assertThat(blank.version()).isEqualTo(4);
            assertThat(blank.place().start()).isEqualTo(now.indexOf("____"));
        });
        client.closed(NOTE);
        assertThatThrownBy(() -> get(client.words(NOTE, FIRST_LINE)))
                .cause()
                .hasMessage("This text is no longer open.");
    }

    @Test
    void aTextAndAPairCanBeInspectedAndHaveAPage() throws Exception {
        open();
        InspectionPage one = get(client.inspect(NOTE, List.of(FIRST_LINE)));
        assertThat(one.model()).isEqualTo("embedded");
        assertThat(one.leftOut()).isZero();
        assertThat(one.url()).endsWith("#inspection=" + one.id());
        assertThat(http(one.url().replaceFirst("#.*", ""), null)).contains("id=\"app\"");
        String key = URI.create(one.url()).getPath().replace("/", "");
        assertThat(get(client.openingAddress(one.id()))).doesNotContain(key).matches("http://[^/]+/open/[0-9a-f]{32}");
        int third = TEXT.indexOf("The quick");
        InspectionPage pair = get(client.inspect(NOTE, List.of(FIRST_LINE, new Span(third, third + 20))));
        assertThat(pair.id()).isGreaterThan(one.id());
        assertThat(http(api(pair) + "inspections/" + pair.id(), null)).contains("\"pair\":\"The quick brown fox.\"");
    }

    @Test
    void hoveringATokenHighlightsItsWords() throws Exception {
        open();
        InspectionPage inspection = get(client.inspect(NOTE, List.of(FIRST_LINE)));
        String pointer = api(inspection) + "inspections/" + inspection.id() + "/pointer";
        http(pointer, "{\"layer\":0,\"heads\":[0,1],\"tokens\":[2],\"incoming\":false}");
        Highlight lit = editor.next(Highlight.class);
        assertThat(lit.uri()).isEqualTo(NOTE);
        assertThat(lit.version()).isEqualTo(1);
        assertThat(lit.lights())
                .extracting(Highlight.Light::share)
                .contains(1.0)
                .allMatch(share -> share >= 0.05 && share <= 1);
        assertThat(lit.lights()).extracting(Highlight.Light::span).allMatch(FIRST_LINE::contains);
        http(pointer, "{}");
        assertThat(editor.next(Highlight.class).lights()).isEmpty();
    }

    @Test
    void aWordAcceptedOnThePageChangesTheText() throws Exception {
        open();
        InspectionPage inspection = get(client.inspect(NOTE, List.of(FIRST_LINE)));
        http(api(inspection) + "inspections/" + inspection.id() + "/accept", "{\"blank\":0,\"word\":0}");
        assertThat(editor.next(Edit.class)).isEqualTo(new Edit(NOTE, 1, FIRST_BLANK, "door"));
    }

    @Test
    void thePageFollowsTheCursor() throws Exception {
        open();
        InspectionPage inspection = get(client.inspect(NOTE, List.of(FIRST_LINE)));
        HttpRequest request = HttpRequest.newBuilder(URI.create(api(inspection) + "events"))
                .header("Accept", "text/event-stream")
                .build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                HTTP.send(request, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            event(lines, "model"); // from here on the page receives events
            client.cursor(NOTE, 4);
            assertThat(event(lines, "cursor")).isEqualTo("{\"inspection\":" + inspection.id() + ",\"token\":2}");
        }
    }

    @Test
    void cancellingIsImmediateAndANewerRequestReplacesAnOlderOne() throws Exception {
        open();
        CompletableFuture<InspectionPage> cancelled =
                client.inspect(NOTE, List.of(FIRST_LINE)); // the model is still loading
        cancelled.cancel(true);
        assertThatThrownBy(cancelled::get).isInstanceOf(CancellationException.class);
        CompletableFuture<InspectionPage> older = client.inspect(NOTE, List.of(FIRST_LINE));
        CompletableFuture<InspectionPage> newer = client.inspect(NOTE, List.of(FIRST_LINE));
        assertThatThrownBy(older::get).isInstanceOf(CancellationException.class);
        assertThat(get(newer).model()).isEqualTo("embedded");
    }
}
