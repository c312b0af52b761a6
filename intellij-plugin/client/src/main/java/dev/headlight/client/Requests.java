package dev.headlight.client;

import dev.headlight.protocol.HeadlightLanguageServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** Requests to the server, which wait until it takes them. Confined to the outbox's thread, except where noted. */
final class Requests {
    private final ServerLifecycle server;
    private final OpenDocuments documents;
    private final Outbox outbox;
    private final List<Waiting> waiting = new ArrayList<>();

    /** A request to send as soon as there is a server. */
    private record Waiting(CompletableFuture<?> answer, Runnable send) {}

    Requests(ServerLifecycle server, OpenDocuments documents, Outbox outbox) {
        this.server = server;
        this.documents = documents;
        this.outbox = outbox;
    }

    /**
     * Asks about a document, starting the server if necessary; cancelling the answer cancels the request. From any
     * thread.
     */
    <T, R> CompletableFuture<R> about(
            String uri,
            BiFunction<HeadlightLanguageServer, OpenDocument, CompletableFuture<T>> question,
            BiFunction<T, OpenDocument, R> decode) {
        CompletableFuture<R> answer = newAnswer();
        outbox.run(() -> send(answer, () -> {
            if (answer.isDone()) {
                return;
            }
            OpenDocument document = documents.find(uri).orElse(null);
            if (document == null) {
                answer.completeExceptionally(new HeadlightException("This text is no longer open."));
                return;
            }
            send(asked -> question.apply(asked, document), value -> decode.apply(value, document), answer);
        }));
        return answer;
    }

    /** Asks a running server; if none takes requests, {@code otherwise} completes the answer. From any thread. */
    <T, R> CompletableFuture<R> ifRunning(
            Function<HeadlightLanguageServer, CompletableFuture<T>> question,
            Function<T, R> decode,
            Consumer<CompletableFuture<R>> otherwise) {
        CompletableFuture<R> answer = newAnswer();
        outbox.run(() -> {
            if (server.ready().isPresent()) {
                send(question, decode, answer);
            } else {
                otherwise.accept(answer);
            }
        });
        return answer;
    }

    private <R> CompletableFuture<R> newAnswer() {
        CompletableFuture<R> answer = new CompletableFuture<>();
        if (outbox.isClosed()) {
            answer.completeExceptionally(new HeadlightException("Headlight was closed."));
        }
        return answer;
    }

    private <T, R> void send(
            Function<HeadlightLanguageServer, CompletableFuture<T>> question,
            Function<T, R> decode,
            CompletableFuture<R> answer) {
        Connection connection = server.ready().orElseThrow();
        CompletableFuture<T> request = connection.track(question.apply(connection.server));
        request.thenApply(decode).whenComplete((value, problem) -> {
            if (problem == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(asReported(problem));
            }
        });
        answer.whenComplete((value, problem) -> {
            if (answer.isCancelled()) {
                outbox.run(() -> request.cancel(true));
            }
        });
    }

    /** Sends a request once the server takes it, and starts the server if necessary. */
    void send(CompletableFuture<?> answer, Runnable send) {
        if (server.ready().isPresent()) {
            send.run();
            return;
        }
        waiting.add(new Waiting(answer, send));
        server.startUnlessRestarting();
    }

    void sendWaiting() {
        List<Waiting> requests = List.copyOf(waiting);
        waiting.clear();
        requests.forEach(request -> request.send().run());
    }

    void failWaiting(String sentence) {
        List<Waiting> requests = List.copyOf(waiting);
        waiting.clear();
        requests.forEach(request -> request.answer().completeExceptionally(new HeadlightException(sentence)));
    }

    /** Superseded and cancelled requests end alike; every other problem is one sentence. */
    private static RuntimeException asReported(Throwable problem) {
        Throwable cause =
                problem instanceof CompletionException && problem.getCause() != null ? problem.getCause() : problem;
        if (cause instanceof ResponseErrorException error) {
            int code = error.getResponseError().getCode();
            boolean superseded = code == ResponseErrorCode.ServerCancelled.getValue()
                    || code == ResponseErrorCode.RequestCancelled.getValue();
            return superseded
                    ? new CancellationException()
                    : new HeadlightException(error.getResponseError().getMessage());
        }
        if (cause instanceof CancellationException || cause instanceof HeadlightException) {
            return (RuntimeException) cause;
        }
        return new HeadlightException("Headlight’s answer could not be read: see its log.");
    }
}
