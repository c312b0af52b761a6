package dev.headlight.hub.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.UserException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir
    Path home;

    private Settings of(String... pairs) {
        Map<String, String> environment = new java.util.HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            environment.put(pairs[i], pairs[i + 1]);
        }
        return Settings.of(environment, Optional.of(home));
    }

    @Test
    void theDefaultCacheIsTheOneOfPython() {
        Settings settings = of();
        assertThat(settings.cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
        assertThat(settings.tokenFile()).isEqualTo(home.resolve(".cache/huggingface/token"));
        assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(settings.offline()).isFalse();
        assertThat(settings.token()).isEmpty();
    }

    @Test
    void theMoreSpecificVariableWins() {
        assertThat(of("XDG_CACHE_HOME", "/x").cache()).isEqualTo(Path.of("/x/huggingface/hub"));
        assertThat(of("XDG_CACHE_HOME", "/x", "HF_HOME", "/h").cache()).isEqualTo(Path.of("/h/hub"));
        assertThat(of("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/old").cache()).isEqualTo(Path.of("/old"));
        assertThat(of("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/old", "HF_HUB_CACHE", "/c")
                        .cache())
                .isEqualTo(Path.of("/c"));
        assertThat(of("HF_HOME", "~/models").cache()).isEqualTo(home.resolve("models/hub"));
        assertThat(of("HF_HOME", "$X/a/${Y}/$Z", "X", "/x", "Y", "y").cache()).isEqualTo(Path.of("/x/a/y/$Z/hub"));
        assertThat(of("HF_HOME", "/h", "HF_TOKEN_PATH", "/t").tokenFile()).isEqualTo(Path.of("/t"));
        assertThat(of("HF_HOME", "").cache()).isEqualTo(home.resolve(".cache/huggingface/hub"));
    }

    @Test
    void theStoredTokenIsReadUnlessThatIsDisabled() throws IOException {
        Path file = Files.writeString(home.resolve("token"), "hf_stored\n");
        assertThat(of("HF_TOKEN_PATH", file.toString()).token()).contains("hf_stored");
        assertThat(of("HF_TOKEN_PATH", file.toString(), "HF_TOKEN", " hf_set\n").token())
                .contains("hf_set");
        assertThat(of("HF_TOKEN_PATH", file.toString(), "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")
                        .token())
                .isEmpty();
    }

    @Test
    void aTokenWithInvalidCharactersIsRefusedWithoutBeingShown() {
        Settings settings = of("HF_TOKEN", "hf_a\r\nHost: b");
        assertThatThrownBy(settings::token)
                .isInstanceOf(UserException.class)
                .hasMessageNotContaining("hf_a")
                .hasMessageContaining("set HF_TOKEN again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "ON", "yes", "True"})
    void offlineModeIsSetAsInPython(String yes) {
        assertThat(of("HF_HUB_OFFLINE", yes).offline()).isTrue();
        assertThat(of("TRANSFORMERS_OFFLINE", yes).offline()).isTrue();
        assertThat(of("HF_HUB_OFFLINE", "0").offline()).isFalse();
    }

    @Test
    void anEndpointMayHaveAPathAndASlash() {
        assertThat(of("HF_ENDPOINT", "https://mirror.example/hf/").endpoint())
                .isEqualTo(URI.create("https://mirror.example/hf"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mirror", "ftp://mirror", "https://", "https://me:secret@mirror", "http://[", "https://m/?q"})
    void anInvalidEndpointIsAClearError(String endpoint) {
        assertThatThrownBy(() -> of("HF_ENDPOINT", endpoint))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("HF_ENDPOINT is not a valid address")
                .hasMessageNotContaining("secret");
    }

    @Test
    void timeoutsAreSetAsInPython() {
        Settings settings = of("HF_HUB_DOWNLOAD_TIMEOUT", "0.5", "HF_HUB_ETAG_TIMEOUT", "7");
        assertThat(settings.patience().stall()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.patience().answer()).isEqualTo(Duration.ofSeconds(7));
        assertThatThrownBy(() -> of("HF_HUB_DOWNLOAD_TIMEOUT", "soon")).isInstanceOf(UserException.class);
    }
}
