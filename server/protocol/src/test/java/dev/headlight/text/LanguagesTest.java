package dev.headlight.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Compares the languages with those in the manifest of the VS Code extension, which can hold no code. */
class LanguagesTest {
    private final JsonObject manifest = JsonParser.parseString(
                    Files.readString(Path.of("../../vscode-client/package.json")))
            .getAsJsonObject();

    LanguagesTest() throws IOException {}

    private static List<String> strings(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }

    @Test
    void theExtensionLooksForBlanksInTheDefaultLanguages() {
        JsonElement setting = manifest.getAsJsonObject("contributes")
                .getAsJsonObject("configuration")
                .getAsJsonObject("properties")
                .getAsJsonObject("headlight.languages")
                .get("default");
        assertThat(strings(setting)).isEqualTo(Languages.DEFAULT);
    }

    @Test
    void noLanguageHasToBeOpenedFirst() {
        assertThat(strings(manifest.get("activationEvents"))).contains("onStartupFinished");
    }
}
