package dev.headlight.lsp;

import static dev.headlight.testing.FakeEditor.code;
import static dev.headlight.testing.FakeEditor.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspector;
import dev.headlight.protocol.Messages;
import dev.headlight.session.Loader;
import dev.headlight.session.Session;
import dev.headlight.testing.StubModel;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.ClientCapabilities;
import org.eclipse.lsp4j.InitializeParams;
import org.eclipse.lsp4j.MessageParams;
import org.eclipse.lsp4j.WorkDoneProgressBegin;
import org.eclipse.lsp4j.WorkDoneProgressEnd;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests while the model loads, in the wrong order, or of no use any more. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RequestsTest {
    private static Path folder;
    private static final Loader STUB = (model, progress, cancellation) -> Inspector.load(model, folder);

    @BeforeAll
    static void write(@TempDir Path temp) throws Exception {
        folder = StubModel.in(temp);
    }

    /** Loads a model when it is let. */
    private static final class Slow implements AutoCloseable {
        private final CountDownLatch may = new CountDownLatch(1);
        private final Session session = new Session(
                "stub",
                (model, progress, cancellation) -> {
                    try {
                        may.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return STUB.load(model, progress, cancellation);
                },
                1 << 20);

        @Override
        public void close() {
            may.countDown();
            session.close();
        }
    }

    @Test
    void loadingTheModelIsShownAsProgress() throws Exception {
        try (Slow slow = new Slow();
                ServerInProcess server = ServerInProcess.begun(slow.session)) {
            assertThat(server.editor().nextStep(WorkDoneProgressBegin.class).getMessage())
                    .isEqualTo("Loading stub");
            slow.may.countDown();
            assertThat(server.editor().nextStep(WorkDoneProgressEnd.class).getMessage())
                    .isNull();
        }
    }

    @Test
    void requestsWaitForTheModel() throws Exception {
        try (Slow slow = new Slow();
                ServerInProcess server = ServerInProcess.begun(slow.session)) {
            var waiting = server.server().inspect(server.check("«The cat sat.»").asParams());
            assertThat(waiting).isNotDone();
            slow.may.countDown();
            assertThat(get(waiting).tokens()).isEqualTo(6);
        }
    }

    @Test
    void aCancelledRequestIsAnsweredAtOnce() throws Exception {
        try (Slow slow = new Slow();
                ServerInProcess server = ServerInProcess.begun(slow.session)) {
            Marked text = server.check("The ____| sat.");
            CompletableFuture<?> waiting = server.server().inspect(text.asParams());
            waiting.cancel(true);
            assertThatThrownBy(() -> get(waiting)).isInstanceOf(CancellationException.class);
            slow.may.countDown();
            text.offers("door", "window", "gate");
        }
    }

    @Test
    void aNewerRequestReplacesAnOlderOne() throws Exception {
        try (Slow slow = new Slow();
                ServerInProcess server = ServerInProcess.begun(slow.session)) {
            Marked text = server.check("«The cat sat.»");
            CompletableFuture<?> older = server.server().inspect(text.asParams());
            CompletableFuture<Messages.InspectResult> newer = server.server().inspect(text.asParams());
            assertThat(code(older)).isEqualTo(ResponseErrorCode.ServerCancelled.getValue());
            slow.may.countDown();
            assertThat(get(newer).tokens()).isEqualTo(6);
        }
    }

    @Test
    void requestsOutsideOfASessionAreErrors() throws Exception {
        try (Session session = new Session("stub", STUB, 1 << 20);
                ServerInProcess server = new ServerInProcess(session)) {
            Marked text = server.check("The ____| sat."); // a notification out of order is dropped
            assertThat(code(server.server().inspect(text.asParams())))
                    .isEqualTo(ResponseErrorCode.ServerNotInitialized.getValue());
            server.editor().initialize();
            text.offers();
            get(server.server().shutdown());
            assertThat(code(server.server().inspect(text.asParams())))
                    .isEqualTo(ResponseErrorCode.InvalidRequest.getValue());
        }
    }

    @Test
    void aClientThatOpensPagesKeepsTheNamesOfTheCommands() throws Exception {
        try (Session session = new Session("stub", STUB, 1 << 20);
                ServerInProcess plain = new ServerInProcess(session);
                ServerInProcess panel = new ServerInProcess(session)) {
            assertThat(plain.editor().initialize().getCapabilities().getExecuteCommandProvider())
                    .isNotNull();
            InitializeParams params = new InitializeParams();
            ClientCapabilities capabilities = new ClientCapabilities();
            capabilities.setExperimental(JsonParser.parseString("{\"headlight\": {\"panel\": true}}"));
            params.setCapabilities(capabilities);
            assertThat(get(panel.server().initialize(params)).getCapabilities().getExecuteCommandProvider())
                    .isNull();
        }
    }

    @Test
    void anotherModelRefreshesTheHints() throws Exception {
        try (Session session = new Session("stub", STUB, 1 << 20);
                ServerInProcess server = ServerInProcess.begun(session)) {
            server.check("The ____| sat.").offers("door", "window", "gate");
            get(server.server().useModel(new Messages.UseModel("another")));
            assertThat(server.editor().next(String.class)).isEqualTo("refresh");
            assertThat(get(server.server().models()).current()).isEqualTo("another");
        }
    }

    @Test
    void aModelThatFailsToLoadIsShownOnceAndReturnedToEveryRequestUntilAnotherIsReady() throws Exception {
        Loader partly = (model, progress, cancellation) -> {
            if (model.equals("broken")) {
                throw new UserException("There is no model broken: name another.");
            }
            return STUB.load(model, progress, cancellation);
        };
        try (Session session = new Session("broken", partly, 1 << 20);
                ServerInProcess server = ServerInProcess.begun(session)) {
            assertThat(server.editor().next(MessageParams.class).getMessage()).startsWith("There is no model broken");
            Marked text = server.check("The ____| sat.");
            assertThatThrownBy(() -> get(server.server().inspect(text.asParams())))
                    .cause()
                    .hasMessageStartingWith("There is no model broken");
            get(server.server().useModel(new Messages.UseModel("stub")));
            assertThat(server.editor().next(String.class)).isEqualTo("refresh");
            text.offers("door", "window", "gate");
        }
    }

    @Test
    void choosingAModelNeedsAName() throws Exception {
        try (Session session = new Session("stub", STUB, 1 << 20);
                ServerInProcess server = ServerInProcess.begun(session)) {
            for (String name : new String[] {null, "", "  "}) {
                assertThat(code(server.server().useModel(new Messages.UseModel(name))))
                        .isEqualTo(ResponseErrorCode.InvalidParams.getValue());
            }
        }
    }
}
