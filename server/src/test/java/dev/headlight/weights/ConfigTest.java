package dev.headlight.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
    @TempDir
    Path temp;

    private Config config(String json) throws IOException {
        return Config.read(Files.writeString(temp.resolve("config.json"), json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "\"12\"", "null", "[]", "true", "1e300", "99999999999"})
    void aSettingThatIsNotAPositiveNumberIsNamed(String value) throws IOException {
        Config config = config("{\"heads\":" + value + "}");
        assertThatThrownBy(() -> config.positive("heads"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("config.json: heads should be a positive whole number");
    }

    @Test
    void absentSettingsTakeTheirDefaults() throws IOException {
        Config config = config("{\"x\":null}");
        assertThat(config.positive("x", 2)).isEqualTo(2);
        assertThat(config.string("y", "gelu")).isEqualTo("gelu");
        assertThat(config.flag("z", true)).isTrue();
        assertThat(config.epsilon("e", 1e-12)).isEqualTo(1e-12f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "<html>"})
    void aFileThatIsNotAJsonObjectIsAClearError(String text) {
        assertThatThrownBy(() -> config(text))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("not a JSON object");
    }
}
