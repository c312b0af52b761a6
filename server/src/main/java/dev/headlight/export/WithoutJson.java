package dev.headlight.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.inspect.TakenOut;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What was taken out of an inspection, as a request says it; only what there is. */
final class WithoutJson {
    private WithoutJson() {}

    static JsonObject of(TakenOut out) {
        JsonObject json = new JsonObject();
        add(json, "blanked", tokens(out.blanked()), JsonPrimitive::new);
        add(json, "hidden", tokens(out.hidden()), JsonPrimitive::new);
        add(json, "heads", TakenOut.inOrder(out.heads()), at -> numbers(at.kind(), at.layer(), at.head()));
        add(json, "averaged", TakenOut.inOrder(out.averaged()), at -> numbers(at.kind(), at.layer(), at.head()));
        add(
                json,
                "edges",
                TakenOut.edgesInOrder(out.edges()),
                at -> numbers(at.kind(), at.layer(), at.head(), at.query(), at.key()));
        add(json, "attention", TakenOut.layersInOrder(out.attention()), WithoutJson::layer);
        add(json, "feedForward", TakenOut.layersInOrder(out.feedForward()), WithoutJson::layer);
        return json;
    }

    private static Stream<Integer> tokens(Set<Integer> tokens) {
        return tokens.stream().sorted();
    }

    private static <T> void add(
            JsonObject json, String name, Stream<T> all, Function<T, ? extends JsonElement> toJson) {
        JsonArray array = new JsonArray();
        all.forEach(one -> array.add(toJson.apply(one)));
        if (!array.isEmpty()) {
            json.add(name, array);
        }
    }

    private static JsonElement layer(TakenOut.Layer at) {
        return at.kind() == AttentionKind.SELF ? new JsonPrimitive(at.layer()) : numbers(at.kind(), at.layer());
    }

    /** Numbers after their kind of attention, which is left out if a model has only one. */
    private static JsonArray numbers(AttentionKind kind, int... numbers) {
        JsonArray array = new JsonArray();
        if (kind != AttentionKind.SELF) {
            array.add(kind.id());
        }
        for (int number : numbers) {
            array.add(number);
        }
        return array;
    }
}
