package dev.headlight.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.UserException;
import dev.headlight.testing.SampleCorpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CorpusFileTest {
    /** What the page has no use for. */
    private static final Set<String> IGNORED =
            Set.of("by", "precision", "unit", "documents", "unparsed", "links", "fingerprint");

    @TempDir
    private Path folder;

    private CorpusFile read(String json) throws IOException {
        Files.writeString(folder.resolve("corpus.json"), json);
        return CorpusFile.read(folder.toString());
    }

    @Test
    void aCorpusIsReadFromItsFolderOrItsFile() throws IOException {
        JsonObject corpus = SampleCorpus.json();
        assertThat(read(corpus.toString()).json()).isEqualTo(corpus);
        assertThat(CorpusFile.read(folder.resolve("corpus.json").toString()).json())
                .isEqualTo(corpus);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> CorpusFile.read(folder.resolve("nothing").toString()))
                .isInstanceOf(UserException.class)
                .hasMessageMatching(
                        "There is no corpus in .*nothing: name the folder that .* --out, once it is done\\.");
        assertThatThrownBy(() -> CorpusFile.read("a\0b")).isInstanceOf(UserException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{} {}", "null", "\u00e9", "{'headlight':'corpus'}", "{\"headlight\": 1}"})
    void whatIsNoCorpusIsRefusedInASentence(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(UserException.class)
                .hasMessageMatching("[^\\n]*corpus\\.json is (not|no) [^\\n]*(it again|headlight corpus)\\.");
    }

    @Test
    void deepNestingIsRefused() {
        assertThatThrownBy(() -> read("[".repeat(200_000))).isInstanceOf(UserException.class);
    }

    @Test
    void anythingThatIsDamagedIsRefused() throws IOException {
        Map<String, Consumer<JsonObject>> damages = new LinkedHashMap<>();
        collect(SampleCorpus.json(), List.of(), damages);
        assertThat(damages).hasSizeGreaterThan(150);
        damages.forEach((what, damage) -> {
            JsonObject corpus = SampleCorpus.json();
            damage.accept(corpus);
            assertThatThrownBy(() -> read(corpus.toString()))
                    .as(what)
                    .isInstanceOf(UserException.class)
                    .hasMessageMatching(
                            "[^\\n]*corpus\\.json is not what headlight corpus writes \\([^\\n]*\\): write it again\\.");
        });
    }

    /** Each value replaced by one of another type, or left out. */
    private static void collect(JsonElement at, List<Object> path, Map<String, Consumer<JsonObject>> damages) {
        if (at instanceof JsonObject object) {
            for (String name : object.keySet()) {
                if (!IGNORED.contains(name) && !path.contains("sha256")) {
                    damages.put(
                            path + " " + name + " of another type",
                            corpus -> find(corpus, path).getAsJsonObject().add(name, new JsonPrimitive(true)));
                    if (!name.equals("revision")) {
                        damages.put(
                                path + " without " + name,
                                corpus -> find(corpus, path).getAsJsonObject().remove(name));
                    }
                    collect(object.get(name), with(path, name), damages);
                }
            }
        } else if (at instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                int place = i;
                damages.put(
                        path + " " + place,
                        corpus -> find(corpus, path).getAsJsonArray().set(place, new JsonArray()));
                collect(array.get(i), with(path, i), damages);
            }
        }
    }

    private static List<Object> with(List<Object> path, Object more) {
        List<Object> longer = new ArrayList<>(path);
        longer.add(more);
        return longer;
    }

    private static JsonElement find(JsonElement in, List<Object> path) {
        JsonElement at = in;
        for (Object step : path) {
            at = step instanceof Integer place
                    ? at.getAsJsonArray().get(place)
                    : at.getAsJsonObject().get((String) step);
        }
        return at;
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, 1_000_000})
    void aTextThatIsNotThereIsRefused(int text) {
        JsonObject corpus = SampleCorpus.json();
        SampleCorpus.pattern(corpus)
                .getAsJsonArray("most")
                .get(0)
                .getAsJsonArray()
                .set(0, new JsonPrimitive(text));
        assertThatThrownBy(() -> read(corpus.toString()))
                .hasMessageContaining("“most” is not a whole number from 0 to 1");
    }

    @Test
    void aHeadTwiceIsRefused() {
        JsonObject corpus = SampleCorpus.json();
        JsonArray heads = corpus.getAsJsonArray("heads");
        heads.add(heads.get(0).deepCopy());
        assertThatThrownBy(() -> read(corpus.toString())).hasMessageContaining("it has a head twice");
    }

    @Test
    void numbersThatNoTextGaveAreMissing() throws IOException {
        JsonObject corpus = SampleCorpus.json();
        SampleCorpus.pattern(corpus).add("error", JsonNull.INSTANCE);
        corpus.getAsJsonArray("heads")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("patterns")
                .set(1, JsonNull.INSTANCE);
        assertThat(read(corpus.toString()).json()).isEqualTo(corpus);
    }

    @Test
    void numbersAreFinite() {
        String corpus = SampleCorpus.json().toString();
        assertThat(corpus).contains("0.875");
        assertThatThrownBy(() -> read(corpus.replace("0.875", "NaN"))).isInstanceOf(UserException.class);
        assertThatThrownBy(() -> read(corpus.replace("0.875", "1e999"))).isInstanceOf(UserException.class);
    }
}
