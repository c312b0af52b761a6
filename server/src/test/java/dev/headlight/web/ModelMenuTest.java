package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.Loader;
import dev.headlight.session.ModelState.Fetching;
import dev.headlight.session.Session;
import dev.headlight.testing.RandomCheckpoint;
import dev.headlight.testing.StubModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The models of this machine, over HTTP. */
@Timeout(120)
class ModelMenuTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Map<String, Path> FOLDERS = new ConcurrentHashMap<>();

    private final Set<String> here = ConcurrentHashMap.newKeySet();
    private final CountDownLatch released = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private Session session;
    private WebServer server;

    @BeforeAll
    static void write(@TempDir Path temp) throws IOException {
        FOLDERS.put("stub", StubModel.in(temp.resolve("stub")));
        FOLDERS.put("org/twin", FOLDERS.get("stub"));
        Path wide = temp.resolve("wide");
        new RandomCheckpoint(3, 2, 8, 6_000).write(wide, 5);
        FOLDERS.put("org/wide", wide);
    }

    private final Loader loader = new Loader() {
        @Override
        public Inspector load(String model, Consumer<Fetching> progress, Cancellation cancellation) {
            return loadHere(model, cancellation).orElseThrow();
        }

        @Override
        public Optional<Inspector> loadHere(String model, Cancellation cancellation) {
            return here.contains(model) ? Optional.of(Inspector.load(model, FOLDERS.get(model))) : Optional.empty();
        }

        @Override
        public List<Known> known(Collection<String> others) {
            List<Known> known = new ArrayList<>();
            here.stream().sorted().forEach(name -> known.add(new Known(name, "bert", 1_000, Optional.empty())));
            known.add(new Known("org/t5", "t5", 9, Optional.of("not a supported kind: t5")));
            return known;
        }

        @Override
        public void download(String model, Consumer<Fetching> progress, Cancellation cancellation) {
            if (!FOLDERS.containsKey(model)) {
                throw new UserException("There is no model " + model + " on the hub: check the name.");
            }
            progress.accept(new Fetching(10, 100, 5, "10 of 100"));
            try {
                while (!released.await(5, TimeUnit.MILLISECONDS)) {
                    cancellation.check();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                cancelled.countDown();
            }
            progress.accept(new Fetching(100, 100, 5, "100 of 100"));
            here.add(model);
        }
    };

    @BeforeEach
    void start() {
        here.addAll(Set.of("stub", "org/twin"));
        session = new Session("stub", loader, 1 << 20);
        server = WebServer.start(session, 0, Set.of(), List.of());
    }

    @AfterEach
    void stop() {
        server.close();
        session.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return CLIENT.send(request(path).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private JsonObject get(String path) throws Exception {
        HttpResponse<String> response = CLIENT.send(request(path).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response);
    }

    private static JsonObject json(HttpResponse<String> response) {
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    private static String error(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(422);
        return json(response).get("error").getAsString();
    }

    private int inspected(String model) throws Exception {
        HttpResponse<String> response =
                post("api/inspections", "{\"text\":\"The ____ sat.\",\"model\":\"" + model + "\"}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        assertThat(json(response).get("model").getAsString()).isEqualTo(model);
        return json(response).get("id").getAsInt();
    }

    @Test
    void theListHasTheModelsOfThisMachineAndWhyOneCantBeUsed() throws Exception {
        JsonObject list = get("api/models");
        assertThat(list.get("model").getAsString()).isEqualTo("stub");
        assertThat(list.get("chooses").getAsBoolean()).isTrue();
        assertThat(list.getAsJsonArray("models"))
                .hasToString("[{\"name\":\"org/twin\",\"type\":\"bert\",\"bytes\":1000},"
                        + "{\"name\":\"stub\",\"type\":\"bert\",\"bytes\":1000},"
                        + "{\"name\":\"org/t5\",\"type\":\"t5\",\"bytes\":9,"
                        + "\"problem\":\"not a supported kind: t5\"}]");
    }

    @Test
    void aTextIsReadByANamedModelBesideTheCurrentOne() throws Exception {
        int one = inspected("stub");
        int two = inspected("org/twin");
        HttpResponse<String> difference = CLIENT.send(
                request("api/inspections/" + one + "/difference/self/" + two).build(), BodyHandlers.ofString());
        assertThat(difference.statusCode()).isEqualTo(200);
        assertThat(get("api/model").get("model").getAsString()).isEqualTo("stub");
        assertThat(post("api/inspections/" + two + "/words", "{\"place\":0,\"words\":[\"door\"]}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> gone =
                CLIENT.send(request("api/models/second").DELETE().build(), BodyHandlers.ofString());
        assertThat(gone.statusCode()).isEqualTo(204);
    }

    @Test
    void modelsOfOtherShapesHaveNoDifference() throws Exception {
        here.add("org/wide");
        int one = inspected("stub");
        int wide = inspected("org/wide");
        HttpResponse<String> difference = CLIENT.send(
                request("api/inspections/" + one + "/difference/self/" + wide).build(), BodyHandlers.ofString());
        assertThat(error(difference)).startsWith("The two models differ in their layers or heads");
        assertThat(get("api/inspections/" + wide).get("layers").getAsInt()).isEqualTo(3);
    }

    @Test
    void aChosenModelReadsTheNextTextAndAnUnknownOneChangesNothing() throws Exception {
        session.awaitModel();
        assertThat(error(post("api/models/choose", "{\"model\":\"org/absent\"}")))
                .isEqualTo("There is no model org/absent on this machine: download it first.");
        assertThat(error(post("api/models/choose", "{\"model\":\"org/t5\"}")))
                .isEqualTo("The model org/t5 can't be used (not a supported kind: t5): choose another one.");
        assertThat(error(post("api/inspections", "{\"text\":\"text\",\"model\":\"/etc\"}")))
                .isEqualTo("There is no model /etc on this machine: download it first.");
        assertThat(get("api/model").get("model").getAsString()).isEqualTo("stub");
        HttpResponse<String> chosen = post("api/models/choose", "{\"model\":\"org/twin\"}");
        assertThat(json(chosen)).hasToString("{\"model\":\"org/twin\",\"state\":\"ready\"}");
        HttpResponse<String> next = post("api/inspections", "{\"text\":\"text\"}");
        assertThat(json(next).get("model").getAsString()).isEqualTo("org/twin");
        assertThat(post("api/models/choose", "{}").statusCode()).isEqualTo(400);
    }

    @Test
    void anEditorsPageCantChooseItsModel() throws Exception {
        session.awaitModel();
        try (WebServer editors = WebServer.startForEditor(session, Set.of())) {
            HttpRequest choose = HttpRequest.newBuilder(URI.create(editors.url() + "api/models/choose"))
                    .POST(BodyPublishers.ofString("{\"model\":\"org/twin\"}"))
                    .build();
            assertThat(error(CLIENT.send(choose, BodyHandlers.ofString())))
                    .isEqualTo("The editor chooses the model of this page: choose it there.");
            HttpRequest list = HttpRequest.newBuilder(URI.create(editors.url() + "api/models"))
                    .build();
            assertThat(json(CLIENT.send(list, BodyHandlers.ofString()))
                            .get("chooses")
                            .getAsBoolean())
                    .isFalse();
        }
        assertThat(session.state().model()).isEqualTo("stub");
    }

    @Test
    void aDownloadTellsHowFarItIsAndTheModelIsThere() throws Exception {
        released.countDown();
        HttpResponse<String> download = post("api/models/download", "{\"model\":\"org/wide\"}");
        assertThat(download.body().lines().filter(line -> !line.isEmpty()))
                .containsExactly(
                        "{\"fetching\":{\"done\":10,\"total\":100,\"perSecond\":5,\"message\":\"10 of 100\"}}",
                        "{\"fetching\":{\"done\":100,\"total\":100,\"perSecond\":5,\"message\":\"100 of 100\"}}",
                        "{\"done\":true}");
        inspected("org/wide");
    }

    @Test
    void aDownloadThatFailsSaysWhy() throws Exception {
        assertThat(post("api/models/download", "{\"model\":\"org/none\"}")
                        .body()
                        .strip())
                .isEqualTo("{\"error\":\"There is no model org/none on the hub: check the name.\"}");
    }

    @Test
    void aDownloadEndsWhenItsClientLeaves() throws Exception {
        HttpRequest download = request("api/models/download")
                .POST(BodyPublishers.ofString("{\"model\":\"org/wide\"}"))
                .build();
        try (InputStream lines =
                CLIENT.send(download, BodyHandlers.ofInputStream()).body()) {
            assertThat(lines.read()).isPositive();
        }
        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(here).doesNotContain("org/wide");
    }
}
