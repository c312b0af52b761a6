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
import org.junit.jupiter.params.provider.CsvSource;
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
                .hasMessageContaining("config.json: heads should be a whole number from 1 to 100000000");
    }

    @ParameterizedTest
    @CsvSource({
        "num_hidden_layers, 1000",
        "num_attention_heads, 256",
        "num_key_value_heads, 256",
        "head_dim, 1024",
        "hidden_size, 65536",
        "intermediate_size, 1000000",
        "vocab_size, 10000000",
        "type_vocab_size, 1000",
        "max_position_embeddings, 100000000"
    })
    void aSizeThatNoModelHasIsRefusedWithItsLimit(String name, int most) throws IOException {
        assertThat(config("{\"" + name + "\":" + most + "}").positive(name)).isEqualTo(most);
        Config config = config("{\"" + name + "\":" + (most + 1) + "}");
        assertThatThrownBy(() -> config.positive(name))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(name + " should be a whole number from 1 to " + most + ", found " + (most + 1));
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
