package dev.headlight.web;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.OpenWritten;
import dev.headlight.session.Session;
import dev.headlight.web.Api.BadRequest;
import io.javalin.http.Context;
import java.util.Optional;

/** What a model writes, token by token, each sent when it is there. */
final class Writing {
    private static final int MOST = 1024;

    private final Session session;

    Writing(Session session) {
        this.session = session;
    }

    /** Goes on with an open inspection's text. */
    void goOn(Context context, OpenInspection begun) {
        JsonObject body = Api.body(context);
        int most = body.has("tokens") ? Api.whole(body.get("tokens"), "tokens") : Inspector.LONGEST_ANSWER;
        if (most < 1 || most > MOST) {
            throw new BadRequest("The request's tokens are not between 1 and 1,024.");
        }
        boolean each = Api.flag(body, "each");
        JsonLines.answer(context, (send, cancellation) -> {
            OpenWritten last = null;
            for (int count = 0; count < most; count++) {
                Optional<OpenWritten> next;
                try {
                    next = session.goOn(
                            last == null ? begun.id() : last.opened().id(), cancellation);
                } catch (UserException e) {
                    if (!each && last != null) {
                        send.accept(inspection(new JsonObject(), last)); // what is written stays
                    }
                    throw e;
                }
                if (!each && last != null && next.isPresent()) {
                    session.close(last.opened().id());
                }
                if (next.isEmpty()) {
                    JsonObject ended = new JsonObject();
                    ended.addProperty("ended", true);
                    send.accept(ended);
                    break;
                }
                last = next.get();
                send.accept(line(last, each));
            }
            if (!each && last != null) {
                send.accept(inspection(new JsonObject(), last));
            }
        });
    }

    private static JsonObject line(OpenWritten written, boolean each) {
        JsonArray pieces = new JsonArray();
        pieces.add(written.added());
        JsonObject line = new JsonObject();
        line.add("written", pieces);
        return each ? inspection(line, written) : line;
    }

    private static JsonObject inspection(JsonObject line, OpenWritten written) {
        line.add("inspection", Api.shape(written.opened()));
        line.addProperty("asWritten", written.asWritten());
        return line;
    }
}
