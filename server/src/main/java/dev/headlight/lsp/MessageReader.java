package dev.headlight.lsp;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.headlight.lsp.Frames.BadHeader;
import dev.headlight.lsp.Frames.Body;
import dev.headlight.lsp.Frames.Frame;
import dev.headlight.lsp.Frames.TooLarge;
import dev.headlight.lsp.RequestRunner.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.lsp4j.jsonrpc.JsonRpcException;
import org.eclipse.lsp4j.jsonrpc.MessageConsumer;
import org.eclipse.lsp4j.jsonrpc.RemoteEndpoint;
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.jsonrpc.messages.Message;
import org.eclipse.lsp4j.jsonrpc.messages.NotificationMessage;
import org.eclipse.lsp4j.jsonrpc.messages.RequestMessage;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseMessage;

/**
 * Reads an editor's messages and passes on those that are valid at this stage of the session. Any other request gets an
 * error response, any other notification none. Reading goes on whatever arrives.
 */
final class MessageReader {
    /** Notifications that have no parameters, or none that matter. */
    private static final Set<String> WITHOUT_PARAMETERS = Set.of("initialized", "exit");

    private static final Pattern METHOD = Pattern.compile("\"method\"\\s*:\\s*\"([^\"\\\\]*)\"");
    private static final Pattern URI = Pattern.compile("\"uri\"\\s*:\\s*(\"(?:[^\"\\\\]|\\\\.)*+\")");

    private static final String CHANGE = "textDocument/didChange";

    private final Gson gson = new Gson();
    private final Frames frames;
    private final MessageJsonHandler json;
    private final MessageConsumer endpoint;
    private final MessageConsumer out;
    private final Supplier<Stage> stage;
    private final Lost lost;
    private boolean exited;

    /** Gets what an editor sent in vain. */
    interface Lost {
        /** A change of a document could not be read, so the server no longer knows its text; of any, if empty. */
        void change(Optional<String> uri);

        /** A message was skipped for its size. */
        void message(long bytes);
    }

    /**
     * Prepares to read.
     *
     * @param endpoint gets the messages
     * @param out gets the errors
     */
    MessageReader(
            InputStream in,
            MessageJsonHandler json,
            RemoteEndpoint endpoint,
            MessageConsumer out,
            Supplier<Stage> stage,
            Lost lost) {
        this.frames = new Frames(in);
        this.json = json;
        this.endpoint = endpoint;
        this.out = out;
        this.stage = stage;
        this.lost = lost;
    }

    /**
     * Reads until the editor sends {@code exit}, or the stream ends or breaks. After {@code exit} it must not read on:
     * Java's exit waits 300 ms for a thread that is in a system call.
     */
    void readAll() {
        try {
            Optional<Frame> frame = frames.next();
            while (frame.isPresent()) {
                read(frame.get());
                frame = exited ? Optional.empty() : frames.next();
            }
        } catch (IOException | JsonRpcException e) {
            // the editor has gone
        }
    }

    private void read(Frame frame) {
        if (frame instanceof BadHeader) {
            refuse(null, ResponseErrorCode.InvalidRequest, "The header has no valid Content-Length.");
        } else if (frame instanceof TooLarge large) {
            skipped(large);
        } else if (frame instanceof Body body) {
            read(body);
        }
    }

    private void skipped(TooLarge large) {
        Matcher method = METHOD.matcher(large.edges());
        if (!method.find() || method.group(1).equals(CHANGE)) {
            Matcher uri = URI.matcher(large.edges());
            lost.change(uri.find() ? Optional.of(gson.fromJson(uri.group(1), String.class)) : Optional.empty());
        }
        if (stage.get() == Stage.RUNNING) {
            lost.message(large.bytes());
        }
    }

    private void read(Body body) {
        JsonElement tree;
        try {
            tree = tree(body.json());
        } catch (IOException | JsonParseException e) {
            refuse(null, ResponseErrorCode.ParseError, "The message is not valid JSON.");
            return;
        }
        if (!(tree instanceof JsonObject message)) {
            refuse(null, ResponseErrorCode.InvalidRequest, "A message is one JSON object; there are no batches.");
            return;
        }
        boolean response = !message.has("method") && (message.has("result") || message.has("error"));
        Either<String, Number> id = id(message.get("id"));
        if (body.unsupported().isPresent()) {
            String charset = body.unsupported().get().replaceAll("[^\\w.:+-]", "?");
            refuse(
                    response ? null : id,
                    ResponseErrorCode.InvalidRequest,
                    "Unknown charset " + charset + ": use utf-8.");
        } else if (response) {
            passes(message);
        } else if (!(message.get("method") instanceof JsonPrimitive method) || !method.isString()) {
            refuse(null, ResponseErrorCode.InvalidRequest, "The message has no method.");
        } else if (!message.has("id")) {
            notification(method.getAsString(), message);
        } else if (id == null) {
            refuse(null, ResponseErrorCode.InvalidRequest, "The id of a request is an integer or a string.");
        } else {
            request(method.getAsString(), id, message);
        }
    }

    /** Strict JSON, and nothing after it. */
    private JsonElement tree(String text) throws IOException {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        JsonElement tree = gson.getAdapter(JsonElement.class).read(reader);
        if (reader.peek() != JsonToken.END_DOCUMENT) {
            throw new JsonParseException("more than one value");
        }
        return tree;
    }

    private static Either<String, Number> id(JsonElement id) {
        if (!(id instanceof JsonPrimitive value) || value.isBoolean()) {
            return null;
        }
        if (value.isString()) {
            return Either.forLeft(value.getAsString());
        }
        try {
            return Either.forRight(value.getAsBigDecimal().intValueExact());
        } catch (ArithmeticException e) {
            return null;
        }
    }

    private void request(String method, Either<String, Number> id, JsonObject message) {
        Stage now = stage.get();
        if (now == Stage.AFTER_SHUTDOWN) {
            refuse(id, ResponseErrorCode.InvalidRequest, "The server was shut down.");
        } else if (now == Stage.BEFORE_INITIALIZE && !method.equals("initialize")) {
            refuse(id, ResponseErrorCode.ServerNotInitialized, "The server is not initialized: send initialize first.");
        } else if (now == Stage.RUNNING && method.equals("initialize")) {
            refuse(id, ResponseErrorCode.InvalidRequest, "The server is already initialized.");
        } else if (!Methods.REQUESTS.contains(method)) {
            refuse(id, ResponseErrorCode.MethodNotFound, "Headlight does not answer this method.");
        } else if (!passes(message)) {
            refuse(
                    id,
                    ResponseErrorCode.InvalidParams,
                    "The parameters of " + method + " are not as LSP defines them.");
        }
    }

    private void notification(String method, JsonObject message) {
        exited |= method.equals("exit");
        boolean now = stage.get() == Stage.RUNNING || exited;
        if (now && Methods.NOTIFICATIONS.contains(method) && !passes(message) && method.equals(CHANGE)) {
            Matcher uri = URI.matcher(String.valueOf(message.get("params")));
            lost.change(uri.find() ? Optional.of(gson.fromJson(uri.group(1), String.class)) : Optional.empty());
        }
    }

    /** Passes a message on; false if its parameters are malformed. */
    private boolean passes(JsonObject message) {
        Optional<Message> decoded = decode(message);
        decoded.ifPresent(endpoint::consume);
        return decoded.isPresent();
    }

    private Optional<Message> decode(JsonObject message) {
        try {
            Message decoded = json.getGson().fromJson(message, Message.class);
            boolean incomplete = decoded instanceof RequestMessage request
                            && request.getParams() == null
                            && takesParameters(request.getMethod())
                    || decoded instanceof NotificationMessage notification
                            && notification.getParams() == null
                            && takesParameters(notification.getMethod());
            return incomplete ? Optional.empty() : Optional.of(decoded);
        } catch (RuntimeException e) { // whatever Gson and LSP4J's adapters throw at a value of the wrong type
            return Optional.empty();
        }
    }

    private boolean takesParameters(String method) {
        return !WITHOUT_PARAMETERS.contains(method)
                && json.getJsonRpcMethod(method).getParameterTypes().length > 0;
    }

    private void refuse(Either<String, Number> id, ResponseErrorCode code, String sentence) {
        ResponseMessage response = new ResponseMessage();
        response.setRawId(id);
        response.setError(new ResponseError(code, sentence, null));
        out.consume(response);
    }
}
