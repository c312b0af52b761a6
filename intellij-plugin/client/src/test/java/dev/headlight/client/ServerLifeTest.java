package dev.headlight.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.text.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Filter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The client with a faulty server: scripts stand in for Java. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the stand-ins are shell scripts")
@Tag("slow")
class ServerLifeTest {
    private static final String NOTE = "file:///note.md";

    @TempDir
    Path temp;

    private final RecordingListener editor = new RecordingListener();
    private HeadlightClient client;

    /** A client whose server is a script; every start appends a line to the file {@code starts}. */
    private void server(String script) throws IOException {
        StandInServer.write(temp, "echo $$ >> " + temp.resolve("starts") + "\n" + script);
        Launch launch = new Launch(
                temp, new JavaRuntime(temp), "-Xmx1g -Da=\"b c\"", "embedded", "float32", 3, temp.resolve("log"));
        client = new HeadlightClient(editor, () -> launch, Duration.ofMillis(5));
    }

    private List<ProcessHandle> processes() throws IOException {
        return Files.readAllLines(temp.resolve("starts")).stream()
                .map(Long::parseLong)
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .filter(ProcessHandle::isAlive)
                .toList();
    }

    private int starts() throws IOException {
        return Files.readAllLines(temp.resolve("starts")).size();
    }

    private static void await(Condition condition) throws Exception {
        while (!condition.holds()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        await(() -> processes().isEmpty());
    }

    @Test
    void aCrashedServerIsRestartedUntilTheFifthCrash() throws Exception {
        server("exit 1");
        CompletableFuture<List<Words>> answer = client.words(NOTE, new Span(0, 1));
        RecordingListener.Failure failure = editor.next(RecordingListener.Failure.class);
        assertThat(failure.sentence()).startsWith("Headlight’s server ended 5 times and will not be restarted");
        assertThat(failure.remedy()).isEqualTo(ClientListener.Remedy.SHOW_LOG);
        assertThat(starts()).isEqualTo(5);
        assertThatThrownBy(answer::get).hasCauseInstanceOf(HeadlightException.class);
        assertThat(client.state()).isEqualTo(State.STOPPED);
    }

    @Test
    void aManualRestartStartsItAgain() throws Exception {
        server("exit 1");
        client.start();
        editor.next(RecordingListener.Failure.class);
        client.restart();
        editor.next(RecordingListener.Failure.class);
        assertThat(starts()).isEqualTo(10);
    }

    @Test
    void everyCallReturnsAtOnceIfTheServerNeverAnswers() throws Exception {
        server("exec cat > /dev/null");
        everyCall();
    }

    @Test
    void everyCallReturnsAtOnceIfTheServerNeverReads() throws Exception {
        server("exec sleep 1000");
        client.open(NOTE, "markdown", 1, "x".repeat(1_000_000)); // more than fits into a pipe
        everyCall();
    }

    /** Returning is the test: a call that waited for the server never would. */
    private void everyCall() throws Exception {
        client.start();
        editor.becomes(State.STARTING);
        client.open(NOTE, "markdown", 1, "A ____ here. " + "x".repeat(1_000_000));
        client.change(NOTE, 2, new Span(0, 1), "The");
        client.cursor(NOTE, 3);
        List<CompletableFuture<?>> answers = List.of(
                client.words(NOTE, new Span(0, 9)),
                client.complete(NOTE, 6),
                client.alternatives(NOTE, new Span(0, 3)),
                client.inspect(NOTE, List.of(new Span(0, 9))));
        client.closed(NOTE);
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        answers.get(0).cancel(true);
        assertThatThrownBy(answers.get(0)::get).isInstanceOf(CancellationException.class);
        client.stop();
        for (CompletableFuture<?> answer : answers.subList(1, answers.size())) {
            assertThatThrownBy(answer::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(HeadlightException.class);
        }
        await(() -> processes().isEmpty());
    }

    @Test
    void closingKillsAServerThatIgnoresIt() throws Exception {
        server("trap '' TERM; exec sleep 1000");
        client.start();
        await(() -> Files.exists(temp.resolve("starts")) && !processes().isEmpty());
        client.close();
        await(() -> processes().isEmpty());
        assertThatThrownBy(() -> client.words(NOTE, new Span(0, 1)).get())
                .cause()
                .hasMessage("Headlight was closed.");
    }

    @Test
    void theServerUsesTheSelectedRuntimeAndOptions() throws Exception {
        server("printf '%s\\n' \"$PWD\" \"$@\" > said.part; mv said.part said; exec cat > /dev/null");
        client.start();
        await(() -> Files.exists(temp.resolve("said")));
        assertThat(Files.readAllLines(temp.resolve("said")))
                .containsExactly(
                        temp.toString(),
                        "@lib/java.options",
                        "-Xmx1g",
                        "-Da=b c",
                        "-jar",
                        "lib/headlight.jar",
                        "lsp",
                        "--model=embedded",
                        "--precision=float32");
    }

    @Test
    void noThreadOfAnEndedConnectionIsLeft() throws Exception {
        server("exit 1");
        client.start();
        editor.next(RecordingListener.Failure.class);
        await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("headlight-inbox")));
    }

    @Test
    void otherPluginsKeepTheirLogAndOursHoldsNoMessage() throws Exception {
        Logger shared = Logger.getLogger("org.eclipse.lsp4j.jsonrpc");
        Logger ofEndpoints = Logger.getLogger("org.eclipse.lsp4j.jsonrpc.RemoteEndpoint");
        Logger ofStreams = Logger.getLogger("org.eclipse.lsp4j.jsonrpc.json.StreamMessageProducer");
        List<String> logged = new CopyOnWriteArrayList<>();
        Handler handler = new StreamHandler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(entry.getMessage());
            }
        };
        Filter theirs = entry -> !entry.getMessage().equals("noise");
        ofEndpoints.setFilter(theirs);
        shared.addHandler(handler);
        shared.setUseParentHandlers(false);
        try {
            server("printf 'Content-Length: 9\\r\\n\\r\\nmy secret'\n"
                    + "printf 'Content-Length: 56\\r\\n\\r\\n{\"jsonrpc\":\"2.0\",\"method\":\"my/secret\",\"params\":{\"a\":1}}'\n"
                    + "touch said; exec cat > /dev/null");
            client.start();
            await(() -> Files.exists(temp.resolve("said")));
            TimeUnit.MILLISECONDS.sleep(300);
            ofEndpoints.warning("of another plugin");
            ofStreams.warning("of another plugin");
            ofEndpoints.warning("noise");
            assertThat(logged).containsExactly("of another plugin", "of another plugin");
            assertThat(Logger.getLogger("org.eclipse.lsp4j").getLevel()).isNull();
            client.close();
            await(() -> ofEndpoints.getFilter() == theirs && ofStreams.getFilter() == null);
        } finally {
            shared.removeHandler(handler);
            shared.setUseParentHandlers(true);
            ofEndpoints.setFilter(null);
        }
    }

    @Test
    void whatNoSettingMendsOffersNone() throws Exception {
        Launch launch = new Launch(temp, new JavaRuntime(temp), "", "embedded", "float32", 3, temp.resolve("log"));
        client = new HeadlightClient(editor, () -> {
            throw new IllegalStateException("unexpected");
        });
        Files.writeString(temp.resolve("starts"), "");
        client.start();
        RecordingListener.Failure unexpected = editor.next(RecordingListener.Failure.class);
        assertThat(unexpected.sentence()).isEqualTo("Headlight’s server could not be started: see the IDE’s log.");
        assertThat(unexpected.remedy()).isEqualTo(ClientListener.Remedy.NONE);
        client.close();
        StandInServer.write(temp, "");
        Files.delete(temp.resolve("bin/java"));
        client = new HeadlightClient(editor, () -> launch);
        client.start();
        RecordingListener.Failure noJava = editor.next(RecordingListener.Failure.class);
        assertThat(noJava.sentence())
                .startsWith("Java could not be started (")
                .endsWith("): choose another runtime in Headlight’s settings.");
        assertThat(noJava.remedy()).isEqualTo(ClientListener.Remedy.OPEN_SETTINGS);
    }

    @Test
    void aMissingServerIsReported() throws Exception {
        server("");
        Files.delete(temp.resolve("lib/headlight.jar"));
        Files.writeString(temp.resolve("starts"), "");
        CompletableFuture<?> answer = client.words(NOTE, new Span(0, 1));
        RecordingListener.Failure failure = editor.next(RecordingListener.Failure.class);
        assertThat(failure.sentence()).contains("server is missing").endsWith("reinstall the plugin.");
        assertThat(failure.remedy()).isEqualTo(ClientListener.Remedy.NONE);
        assertThatThrownBy(answer::get).cause().hasMessage(failure.sentence());
    }
}
