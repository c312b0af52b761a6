package dev.headlight.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.headlight.testing.Golden;
import dev.headlight.testing.Hostile;
import dev.headlight.testing.Tally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokenizers that are right but for a few random changes. Those that are known to be safe are read and used here, where
 * the native library would end this process; of the others, which are tried in a process of their own, a few.
 * {@code -Dheadlight.fuzz} says how many.
 */
@Tag("slow")
@Timeout(value = 6, unit = TimeUnit.HOURS)
class TokenizerFuzzTest {
    private static final List<String> FAMILIES = List.of(
            "bert",
            "albert",
            "gpt2",
            "qwen2",
            "modernbert",
            "distilbert",
            "electra",
            "roberta",
            "xlm-roberta",
            "bart",
            "t5");
    private static final int TRIED_OF = 2_000;
    private static final List<String> TEXTS = List.of(
            "The cat sat on the mat.",
            "  na\u00EFve caf\u00E9 \u2014 \u6771\u4EAC \uD83D\uDE42 e\u0301 \u200B\u0000\uFFFD\t\r\n",
            "[MASK]<mask>[SEP]</s> ##ing \u0120x \u2581y",
            "a".repeat(300));

    @TempDir
    Path folder;

    private int unusual;

    @Test
    void tokenizers() throws IOException {
        Tally tally = new Tally("tokenizer.json");
        int each = Math.max(1, Tally.inputs(4_000) / FAMILIES.size());
        for (String family : FAMILIES) {
            JsonElement right = JsonParser.parseString(
                    Files.readString(Golden.folder(family).resolve("tokenizer.json")));
            JsonElement settings = JsonParser.parseString(
                    Files.readString(Golden.folder(family).resolve("tokenizer_config.json")));
            Hostile hostile = new Hostile(family.hashCode());
            for (int i = 0; i < each; i++) {
                String tokenizer = hostile.below(5) == 0 ? right.toString() : hostile.json(right);
                String config = hostile.below(3) > 0 ? settings.toString() : hostile.json(settings);
                Files.write(folder.resolve("tokenizer.json"), tokenizer.getBytes(StandardCharsets.UTF_8));
                Files.write(folder.resolve("tokenizer_config.json"), config.getBytes(StandardCharsets.UTF_8));
                int number = i;
                tally.take(() -> family + " " + number + " " + config, this::read);
            }
        }
        System.out.println(unusual + " of them were unusual, and so need a trial");
        tally.report();
    }

    private void read() {
        TokenizerDefinition definition = TokenizerDefinition.read(folder);
        if (!definition.safe() && unusual++ % TRIED_OF != 0) {
            return;
        }
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            for (String text : TEXTS) {
                List<Token> tokens = tokenizer.encode(text);
                assertThat(tokens)
                        .filteredOn(token -> !token.added())
                        .allSatisfy(token -> assertThat(token.span().end()).isLessThanOrEqualTo(text.length()));
                tokenizer.encode(text, "A second text.");
                tokenizer.decode(tokens.stream().map(Token::id).toList());
            }
        }
    }
}
