package dev.headlight.imports;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.inspect.TakenOut;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Reads what was taken out of an inspection that Headlight saved; whether it exists is checked by {@link TakenOut}. */
final class SavedWithout {
    private final JsonObject json;

    private SavedWithout(JsonObject json) {
        this.json = json;
    }

    static TakenOut read(JsonObject json) {
        SavedWithout saved = new SavedWithout(json);
        return new TakenOut(
                saved.set("blanked", JsonElement::getAsInt),
                saved.set("hidden", JsonElement::getAsInt),
                saved.set("heads", SavedWithout::head),
                saved.set("averaged", SavedWithout::head),
                saved.set("edges", SavedWithout::edge),
                saved.set("attention", SavedWithout::layer),
                saved.set("feedForward", SavedWithout::layer));
    }

    private <T> Set<T> set(String name, Function<JsonElement, T> read) {
        Set<T> all = new HashSet<>();
        if (json.has(name)) {
            json.getAsJsonArray(name).forEach(element -> all.add(read.apply(element)));
        }
        return all;
    }

    private static TakenOut.Head head(JsonElement element) {
        Numbers at = Numbers.of(element);
        return new TakenOut.Head(at.kind, at.all[0], at.all[1]);
    }

    private static TakenOut.Edge edge(JsonElement element) {
        Numbers at = Numbers.of(element);
        return new TakenOut.Edge(at.kind, at.all[0], at.all[1], at.all[2], at.all[3]);
    }

    private static TakenOut.Layer layer(JsonElement element) {
        Numbers at = Numbers.of(element);
        return new TakenOut.Layer(at.kind, at.all[0]);
    }

    /** Numbers, after their kind of attention if a model has several. */
    private record Numbers(AttentionKind kind, int[] all) {
        static Numbers of(JsonElement element) {
            if (element instanceof JsonPrimitive) {
                return new Numbers(AttentionKind.SELF, new int[] {element.getAsInt()});
            }
            JsonArray array = element.getAsJsonArray();
            boolean named = array.get(0) instanceof JsonPrimitive first && first.isString();
            return new Numbers(
                    named
                            ? AttentionKind.of(array.get(0).getAsString()).orElseThrow(IllegalArgumentException::new)
                            : AttentionKind.SELF,
                    StreamSupport.stream(array.spliterator(), false)
                            .skip(named ? 1 : 0)
                            .mapToInt(JsonElement::getAsInt)
                            .toArray());
        }
    }
}
