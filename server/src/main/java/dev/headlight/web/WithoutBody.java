package dev.headlight.web;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.inspect.TakenOut;
import dev.headlight.web.Api.BadRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Reads what a request takes out; {@link TakenOut} checks whether that exists. */
final class WithoutBody {
    private static final Set<String> NAMES =
            Set.of("blanked", "hidden", "heads", "averaged", "edges", "attention", "feedForward");

    private final JsonObject body;

    private WithoutBody(JsonObject body) {
        this.body = body;
    }

    static TakenOut of(JsonElement value) {
        if (value == null || value.isJsonNull()) {
            return TakenOut.NOTHING;
        }
        if (!(value instanceof JsonObject body)) {
            throw new BadRequest("The request's without is not an object.");
        }
        for (String name : body.keySet()) {
            if (!NAMES.contains(name)) {
                throw new BadRequest("The request's without has something unknown: it can have blanked, hidden, heads,"
                        + " averaged, edges, attention and feedForward.");
            }
        }
        return new WithoutBody(body).read();
    }

    private TakenOut read() {
        return new TakenOut(
                set("blanked", token -> Api.whole(token, "blanked")),
                set("hidden", token -> Api.whole(token, "hidden")),
                set("heads", value -> head("heads", value)),
                set("averaged", value -> head("averaged", value)),
                set("edges", this::edge),
                set("attention", value -> layer("attention", value)),
                set("feedForward", value -> layer("feedForward", value)));
    }

    private <T> Set<T> set(String name, Function<JsonElement, T> read) {
        Set<T> all = new HashSet<>();
        if (body.has(name)) {
            Api.array(body, name).forEach(value -> all.add(read.apply(value)));
        }
        return all;
    }

    private TakenOut.Head head(String name, JsonElement value) {
        Numbers at = Numbers.of(value, name, 2, "[layer, head]");
        return new TakenOut.Head(at.kind, at.all.get(0), at.all.get(1));
    }

    private TakenOut.Edge edge(JsonElement value) {
        Numbers at = Numbers.of(value, "edges", 4, "[layer, head, from token, to token]");
        return new TakenOut.Edge(at.kind, at.all.get(0), at.all.get(1), at.all.get(2), at.all.get(3));
    }

    private TakenOut.Layer layer(String name, JsonElement value) {
        if (value instanceof JsonPrimitive) {
            return new TakenOut.Layer(AttentionKind.SELF, Api.whole(value, name));
        }
        Numbers at = Numbers.of(value, name, 1, "a layer");
        return new TakenOut.Layer(at.kind, at.all.get(0));
    }

    /** Numbers, after their kind of attention if a model has several. */
    private record Numbers(AttentionKind kind, List<Integer> all) {
        static Numbers of(JsonElement value, String name, int count, String form) {
            if (value instanceof JsonArray array) {
                List<JsonElement> parts = new ArrayList<>(array.asList());
                AttentionKind kind = AttentionKind.SELF;
                if (parts.size() == count + 1 && parts.get(0) instanceof JsonPrimitive first && first.isString()) {
                    kind = Api.kind(first.getAsString());
                    parts.remove(0);
                }
                if (parts.size() == count) {
                    return new Numbers(
                            kind,
                            parts.stream().map(part -> Api.whole(part, name)).toList());
                }
            }
            throw new BadRequest("Each of the request's " + name + " is " + form
                    + ", after a kind of attention if the model has several.");
        }
    }
}
