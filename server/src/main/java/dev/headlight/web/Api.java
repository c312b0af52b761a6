package dev.headlight.web;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.UserException;
import dev.headlight.export.InspectionJson;
import dev.headlight.imports.CorpusFile;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.NamedWord;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Prediction;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Together;
import dev.headlight.session.ModelState;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.Pointer;
import dev.headlight.session.Session;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inspections over HTTP: each handler decodes a request, calls the session and encodes the result. */
final class Api {
    private static final Logger LOG = LoggerFactory.getLogger(Api.class);
    private static final Gson GSON = new Gson();

    private final Session session;
    private final Exports exports;
    private final Reasons reasons;
    private final Writing writing;
    private final Numbers numbers;
    private final ModelMenu models;

    /** What the Corpus view shows, as text, for it may be some megabytes. */
    private final String corpora;

    /**
     * @param chooses whether the page chooses the session's model
     * @param corpora what the Corpus view shows
     */
    Api(Session session, boolean chooses, List<CorpusFile> corpora) {
        this.session = session;
        this.corpora =
                new GsonBuilder().serializeNulls().create().toJson(InspectionJson.array(corpora, CorpusFile::json));
        this.models = new ModelMenu(session, chooses);
        this.reasons = new Reasons(session);
        this.writing = new Writing(session);
        this.numbers = new Numbers(session);
        this.exports = new Exports(session, reasons);
    }

    /** A malformed request; the message says why. */
    static final class BadRequest extends RuntimeException {
        private static final long serialVersionUID = 1;

        BadRequest(String sentence) {
            super(sentence);
        }
    }

    /** An inspection that isn't open. */
    static final class Unknown extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    void addTo(RoutesConfig routes) {
        String inspection = "/api/inspections/{id}";
        routes.get(
                        "/api/corpora",
                        context -> context.contentType("application/json").result(corpora))
                .get("/api/model", context -> json(context, model(session.state(), session.next())))
                .post("/api/inspections", this::open)
                .post("/api/files", context -> json(context.status(201), shape(session.show(Uploads.open(context)))))
                .get(inspection, context -> json(context, shape(opened(context))))
                .delete(inspection, this::close)
                .get(inspection + "/export/{name}", context -> exports.send(context, opened(context)))
                .post(inspection + "/words", this::words)
                .get(inspection + "/together", this::together)
                .get(inspection + "/candidate", context -> reasons.candidate(context, opened(context)))
                .get(inspection + "/effects", context -> reasons.effects(context, opened(context)))
                .get(inspection + "/lens", context -> reasons.lens(context, opened(context)))
                .post(inspection + "/write", context -> writing.goOn(context, opened(context)))
                .get("/api/pairs", reasons::examples)
                .post("/api/pairs", reasons::pairs)
                .post(inspection + "/pointer", this::point)
                .post(inspection + "/accept", this::accept);
        models.addTo(routes);
        numbers.addTo(routes);
        routes.exception(UserException.class, (e, context) -> error(context, 422, e.getMessage()))
                .exception(BadRequest.class, (e, context) -> error(context, 400, e.getMessage()))
                .exception(
                        OutOfRangeException.class,
                        (e, context) -> error(context, 400, "There is no such " + e.getMessage() + "."))
                .exception(
                        Unknown.class,
                        (e, context) ->
                                error(context, 404, "This inspection is no longer open: inspect the text again."))
                .exception(Turns.Busy.class, (e, context) -> error(context, 503, e.getMessage()))
                .exception(Callers.Departed.class, (e, context) -> {
                    LOG.debug("the client of {} has left", context.endpoint().path);
                    Unfinished.abort(context.res());
                })
                .exception(HttpResponseException.class, (e, context) -> error(context, e.getStatus(), message(e)))
                .exception(Exception.class, (e, context) -> {
                    LOG.error("{} failed", context.endpoint().path, e);
                    error(context, 500, "Unexpected error: see the server's log.");
                });
    }

    /** The message for a request that the web server itself rejects. */
    private static String message(HttpResponseException refusal) {
        return switch (refusal.getStatus()) {
            case 404 -> "Not found.";
            case 413 -> "The text is too long: select less.";
            default -> refusal.getMessage();
        };
    }

    private void open(Context context) {
        JsonObject body = body(context);
        Request request = Request.of(
                        string(body, "text").orElseThrow(() -> new BadRequest("The request has no text.")),
                        string(body, "pair"))
                .asCode(flag(body, "code"))
                .without(WithoutBody.of(body.get("without")));
        Optional<String> written = string(body, "written");
        if (written.isPresent()) {
            request = request.written(written.get());
        }
        OpenInspection opened = opened(body, request, whileConnected(context));
        json(context.status(201), shape(opened));
    }

    private void close(Context context) {
        session.close(opened(context).id());
        context.status(204);
    }

    private OpenInspection opened(JsonObject body, Request request, Cancellation cancellation) {
        if (body.has("whole")) {
            return session.openChanged(whole(body.get("whole"), "whole"), request, Options.standard(), cancellation);
        }
        return string(body, "model")
                .map(model -> session.openWith(model, request, Options.standard(), cancellation))
                .orElseGet(() -> session.open(request, Options.standard(), false, cancellation));
    }

    private void words(Context context) {
        JsonObject body = body(context);
        List<String> words = new ArrayList<>();
        array(body, "words").forEach(word -> words.add(text(word, "words")));
        List<NamedWord> named =
                session.named(opened(context).id(), whole(body.get("place"), "place"), words, whileConnected(context));
        JsonObject json = new JsonObject();
        json.add("words", InspectionJson.array(named, InspectionJson::named));
        json(context, json);
    }

    private void together(Context context) {
        List<Together> together = session.together(opened(context).id(), whileConnected(context));
        JsonObject json = new JsonObject();
        json.add("together", InspectionJson.array(together, InspectionJson::together));
        json(context, json);
    }

    private void point(Context context) {
        OpenInspection opened = opened(context);
        JsonObject body = body(context);
        if (body.has("effects")) {
            session.weigh(
                    opened.id(), effects(body, opened.inspection().tokens().size()));
            context.status(204);
            return;
        }
        Optional<Pointer> pointer = Optional.empty();
        if (body.has("tokens")) {
            pointer = Optional.of(new Pointer(
                    string(body, "kind")
                            .map(Api::kind)
                            .orElseGet(() ->
                                    opened.inspection().attentions().get(0).kind()),
                    whole(body.get("layer"), "layer"),
                    wholes(body, "heads"),
                    wholes(body, "tokens"),
                    body.has("incoming") && body.get("incoming").equals(new JsonPrimitive(true))));
        }
        session.point(opened.id(), pointer, whileConnected(context));
        context.status(204);
    }

    private static List<Float> effects(JsonObject body, int tokens) {
        List<Float> effects = new ArrayList<>();
        for (JsonElement effect : array(body, "effects")) {
            if (!(effect instanceof JsonPrimitive number && number.isNumber())
                    || !Float.isFinite(number.getAsFloat())) {
                throw new BadRequest("The request's effects are not all numbers.");
            }
            effects.add(effect.getAsFloat());
        }
        if (effects.size() != tokens) {
            throw new BadRequest("The request has " + effects.size() + " effects for " + tokens + " tokens.");
        }
        return effects;
    }

    private void accept(Context context) {
        JsonObject body = body(context);
        OpenInspection opened = opened(context);
        List<Blank> blanks = opened.inspection().blanks();
        Map<Integer, String> words = new HashMap<>();
        if (body.has("words")) {
            for (JsonElement each : array(body, "words")) {
                if (!(each instanceof JsonObject word)) {
                    throw new BadRequest("Each of the request's words is an object with a blank and a word.");
                }
                words.put(
                        blank(word, blanks),
                        string(word, "word").orElseThrow(() -> new BadRequest("A word of the request is missing.")));
            }
        } else {
            int blank = blank(body, blanks);
            int number = whole(body.get("word"), "word");
            List<Prediction> predictions = blanks.get(blank).predictions();
            if (number < 0 || number >= predictions.size()) {
                throw new OutOfRangeException("word " + number);
            }
            words.put(blank, predictions.get(number).word());
        }
        session.accept(opened.id(), words);
        context.status(204);
    }

    private static int blank(JsonObject body, List<Blank> blanks) {
        int number = whole(body.get("blank"), "blank");
        if (number < 0 || number >= blanks.size()) {
            throw new OutOfRangeException("blank " + number);
        }
        return number;
    }

    private OpenInspection opened(Context context) {
        return opened(session, context, "id");
    }

    /** The inspection that a part of the path names. */
    static OpenInspection opened(Session session, Context context, String name) {
        return session.find(number(context, name)).orElseThrow(Unknown::new);
    }

    static JsonObject shape(OpenInspection opened) {
        JsonObject json = new JsonObject();
        json.addProperty("id", opened.id());
        json.addProperty("linked", opened.linked());
        if (opened.given()) {
            json.addProperty("given", true);
        }
        InspectionJson.of(opened.inspection()).entrySet().forEach(entry -> json.add(entry.getKey(), entry.getValue()));
        return json;
    }

    /** The state of the model and of the next one, as in the events. */
    static JsonObject model(ModelState state, Optional<ModelState> next) {
        JsonObject json = model(state);
        next.ifPresent(other -> json.add("next", model(other)));
        return json;
    }

    private static JsonObject model(ModelState state) {
        JsonObject json = new JsonObject();
        json.addProperty("model", state.model());
        if (state instanceof ModelState.Failed failed) {
            json.addProperty("state", "failed");
            json.addProperty("message", failed.sentence());
        } else if (state instanceof ModelState.Loading loading) {
            json.addProperty("state", "loading");
            loading.fetching().ifPresent(fetching -> json.add("fetching", fetching(fetching)));
        } else {
            json.addProperty("state", "ready");
        }
        return json;
    }

    static JsonObject fetching(ModelState.Fetching fetching) {
        JsonObject json = new JsonObject();
        json.addProperty("done", fetching.done());
        json.addProperty("total", fetching.total());
        json.addProperty("perSecond", fetching.perSecond());
        json.addProperty("message", fetching.message());
        return json;
    }

    static Cancellation whileConnected(Context context) {
        return Callers.whileConnected(ServletContextRequest.getServletContextRequest(context.req()));
    }

    static void json(Context context, JsonElement json) {
        context.contentType("application/json").result(GSON.toJson(json));
    }

    static void error(Context context, int status, String sentence) {
        JsonObject json = new JsonObject();
        json.addProperty("error", sentence);
        json(context.status(status), json);
    }

    static JsonObject body(Context context) {
        try {
            return JsonParser.parseString(context.body()).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException | StackOverflowError e) {
            throw new BadRequest("The request's body is not a JSON object.");
        }
    }

    static AttentionKind kind(Context context) {
        return kind(context.pathParam("kind"));
    }

    static AttentionKind kind(String id) {
        return AttentionKind.of(id)
                .orElseThrow(() -> new BadRequest("An attention is self, encoder, decoder or cross."));
    }

    static int number(Context context, String name) {
        try {
            return Integer.parseUnsignedInt(context.pathParam(name));
        } catch (NumberFormatException e) {
            throw new BadRequest("The " + name + " in the path is not a whole number.");
        }
    }

    static int whole(JsonElement value, String name) {
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            double exact = number.getAsDouble();
            if (exact == Math.rint(exact) && Math.abs(exact) <= Integer.MAX_VALUE) {
                return (int) exact;
            }
        }
        throw new BadRequest("The request's " + name + " is not a whole number.");
    }

    private static List<Integer> wholes(JsonObject body, String name) {
        List<Integer> numbers = new ArrayList<>();
        array(body, name).forEach(number -> numbers.add(whole(number, name)));
        return numbers;
    }

    static Iterable<JsonElement> array(JsonObject body, String name) {
        if (body.get(name) instanceof com.google.gson.JsonArray values) {
            return values;
        }
        throw new BadRequest("The request's " + name + " is not a list.");
    }

    static boolean flag(JsonObject body, String name) {
        if (!body.has(name) || body.get(name).isJsonNull()) {
            return false;
        }
        if (body.get(name) instanceof JsonPrimitive value && value.isBoolean()) {
            return value.getAsBoolean();
        }
        throw new BadRequest("The request's " + name + " is neither true nor false.");
    }

    static Optional<String> string(JsonObject body, String name) {
        if (!body.has(name) || body.get(name).isJsonNull()) {
            return Optional.empty();
        }
        return Optional.of(text(body.get(name), name));
    }

    private static String text(JsonElement value, String name) {
        if (value instanceof JsonPrimitive text && text.isString()) {
            return text.getAsString();
        }
        throw new BadRequest("The request's " + name + " is not a string.");
    }
}
