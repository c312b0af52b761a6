package dev.headlight.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import dev.headlight.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files on which the native library ends its process, overflows its stack or never returns. */
@Tag("slow")
class RehearsalTest {
    private static final Path HOSTILE = Path.of("src/test/resources/hostile/tokenizers");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "precompiled",
                "precompiled-trie",
                "fixedlength-0",
                "bpe-prefix",
                "decoder-1e999",
                "decoder-newline",
                "regex-nested-segv"
            })
    void aFileThatEndsTheLibrarysProcessIsRefused(String name) throws IOException {
        Files.copy(HOSTILE.resolve(name + ".json"), folder.resolve("tokenizer.json"));
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("tokenizer.json")
                .hasMessageContaining("fetch the file again");
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#all")
    void checkpointsOfUsualPartsNeedNoTrial(Golden golden) {
        assertThat(TokenizerDefinition.read(golden.folder()).safe()).isTrue();
    }

    @Test
    void theEmbeddedModelNeedsNoTrial() {
        assertThat(TokenizerDefinition.read(Hub.locate(Hub.EMBEDDED)).safe()).isTrue();
    }

    @Test
    void unusualPartsNeedOne() throws IOException {
        refuses(json -> json.getAsJsonObject("normalizer").addProperty("type", "Precompiled"));
        refuses(json -> json.getAsJsonObject("normalizer").addProperty("lowercase", 3));
        refuses(json -> json.getAsJsonObject("normalizer").addProperty("other", true));
        refuses(json -> json.getAsJsonObject("decoder").addProperty("prefix", "#".repeat(1000)));
        refuses(json -> json.getAsJsonObject("model").addProperty("max_input_chars_per_word", 1e18));
        refuses(json -> json.getAsJsonObject("model").getAsJsonObject("vocab").addProperty("x", 1L << 31));
        refuses(json ->
                json.getAsJsonArray("added_tokens").get(0).getAsJsonObject().addProperty("content", ""));
        refuses(json -> {
            JsonArray template = json.getAsJsonObject("post_processor").getAsJsonArray("single");
            for (int i = 0; i < 1000; i++) {
                template.add(template.get(0));
            }
        });
        refuses(json -> json.addProperty("unknown", 1));
    }

    private static void refuses(Consumer<JsonObject> change) throws IOException {
        JsonObject json = JsonParser.parseString(
                        Files.readString(Hub.locate(Hub.EMBEDDED).resolve("tokenizer.json")))
                .getAsJsonObject();
        assertThat(KnownSafe.is(json)).isTrue();
        change.accept(json);
        assertThat(KnownSafe.is(json)).isFalse();
    }

    @Test
    void aTokenizerOfUnusualPartsThatWorksIsUsedAfterItsTrial() throws IOException {
        Path whole = Hub.locate(Hub.EMBEDDED).resolve("tokenizer.json");
        JsonObject json = JsonParser.parseString(Files.readString(whole)).getAsJsonObject();
        JsonObject split = JsonParser.parseString(
                        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"[ .]\"},\"behavior\":\"Isolated\",\"invert\":false}")
                .getAsJsonObject();
        JsonArray both = new JsonArray();
        both.add(split);
        both.add(json.get("pre_tokenizer"));
        JsonObject sequence = new JsonObject();
        sequence.addProperty("type", "Sequence");
        sequence.add("pretokenizers", both);
        json.add("pre_tokenizer", sequence);
        JsonObject vocabulary = json.getAsJsonObject("model").getAsJsonObject("vocab");
        vocabulary.addProperty(UUID.randomUUID().toString(), vocabulary.size()); // so that it has not passed before
        Files.writeString(folder.resolve("tokenizer.json"), json.toString());
        assertThat(TokenizerDefinition.read(folder).safe()).isFalse();
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            assertThat(tokenizer.encode("The door.")).extracting(Token::text).contains("the", "door", ".");
        }
    }
}
