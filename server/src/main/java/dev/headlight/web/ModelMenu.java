package dev.headlight.web;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.headlight.UserException;
import dev.headlight.session.Loader;
import dev.headlight.session.Session;
import dev.headlight.web.Api.BadRequest;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** The models of this machine, over HTTP: the list, the choice, downloads. */
final class ModelMenu {
    private final Session session;
    private final boolean chooses;
    private final Turns downloads = new Turns(2);

    /** @param chooses whether the page chooses the session's model; else an editor does */
    ModelMenu(Session session, boolean chooses) {
        this.session = session;
        this.chooses = chooses;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/models", this::list)
                .post("/api/models/choose", this::choose)
                .post("/api/models/download", this::download)
                .delete("/api/models/second", context -> {
                    session.closeSecond();
                    context.status(204);
                });
    }

    private void list(Context context) {
        JsonArray models = new JsonArray();
        session.known().forEach(known -> models.add(json(known)));
        JsonObject json = new JsonObject();
        json.addProperty("model", session.state().model());
        json.addProperty("chooses", chooses);
        json.add("models", models);
        Api.json(context, json);
    }

    private static JsonObject json(Loader.Known known) {
        JsonObject json = new JsonObject();
        json.addProperty("name", known.name());
        json.addProperty("type", known.type());
        json.addProperty("bytes", known.bytes());
        known.problem().ifPresent(why -> json.addProperty("problem", why));
        return json;
    }

    private void choose(Context context) {
        String model = model(context);
        if (!chooses) {
            throw new UserException("The editor chooses the model of this page: choose it there.");
        }
        session.choose(model, Api.whileConnected(context));
        Api.json(context, Api.model(session.state(), session.next()));
    }

    private void download(Context context) {
        String model = model(context);
        downloads.run(() -> JsonLines.answer(
                context,
                (send, cancellation) -> session.download(
                        model,
                        progress -> {
                            JsonObject line = new JsonObject();
                            line.add("fetching", Api.fetching(progress));
                            send.accept(line);
                        },
                        cancellation)));
    }

    private static String model(Context context) {
        return Api.string(Api.body(context), "model").orElseThrow(() -> new BadRequest("The request names no model."));
    }
}
