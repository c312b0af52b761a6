package dev.headlight.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import dev.headlight.testing.Golden;
import dev.headlight.testing.Tokenizers;
import dev.headlight.text.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#all")
    void idsTypesTokensAndSpansEqualThoseOfTransformers(Golden golden) {
        try (Tokenizer tokenizer = Tokenizer.load(golden.folder())) {
            for (Golden.Case recorded : golden.cases()) {
                List<Token> tokens = encode(tokenizer, recorded.text(), recorded.pair());
                assertThat(tokens).extracting(Token::id).isEqualTo(recorded.ids());
                assertThat(tokens).extracting(Token::type).isEqualTo(recorded.tokenTypes());
                assertThat(tokens).extracting(Token::text).isEqualTo(recorded.tokens());
                assertThat(codePointSpans(tokens, recorded)).isEqualTo(withoutSpaces(recorded, tokens));
            }
        }
    }

    private static List<Token> encode(Tokenizer tokenizer, String text, String pair) {
        return pair == null ? tokenizer.encode(text) : tokenizer.encode(text, pair);
    }

    /** The spans as transformers counts them: code points, and [0, 0] for what has none. */
    private static List<List<Integer>> codePointSpans(List<Token> tokens, Golden.Case recorded) {
        List<List<Integer>> spans = new ArrayList<>();
        for (Token token : tokens) {
            String text = token.segment() == 0 ? recorded.text() : recorded.pair();
            Span span = token.added() ? new Span(0, 0) : token.span();
            spans.add(List.of(text.codePointCount(0, span.start()), text.codePointCount(0, span.end())));
        }
        return spans;
    }

    /** The spans of transformers without the space before a word, which the tokenizers of some families count in. */
    private static List<List<Integer>> withoutSpaces(Golden.Case recorded, List<Token> tokens) {
        List<List<Integer>> spans = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            List<Integer> span = recorded.codePointSpans().get(i);
            String text = tokens.get(i).segment() == 0 ? recorded.text() : recorded.pair();
            int start = span.get(0);
            boolean spaced = start + 1 < span.get(1) && text.codePointAt(text.offsetByCodePoints(0, start)) == ' ';
            spans.add(List.of(spaced ? start + 1 : start, span.get(1)));
        }
        return spans;
    }

    @Test
    void spansCountUtf16Units() {
        String text = "naïve café 🙂 東京 done";
        try (Tokenizer tokenizer = Tokenizer.load(Hub.locate("embedded"))) {
            List<Token> tokens = tokenizer.encode(text);
            for (String word : List.of("naïve", "🙂", "東", "京", "done")) {
                assertThat(tokens)
                        .filteredOn(t -> !t.added())
                        .anySatisfy(t -> assertThat(t.span().of(text)).isEqualTo(word));
            }
            assertThat(tokens.get(tokens.size() - 2).span()).isEqualTo(new Span(17, 21));
        }
    }

    @Test
    void loneSurrogatesAndNulDoNotShiftSpans() {
        String text = "x\0y \uD83D z \uDE42 🙂 done";
        try (Tokenizer tokenizer = Tokenizer.load(Hub.locate("embedded"))) {
            List<Token> tokens = tokenizer.encode(text);
            assertThat(tokens.get(tokens.size() - 2).span().of(text)).isEqualTo("done");
        }
    }

    private Tokenizer unigram(String... pieces) throws IOException {
        Files.writeString(
                temp.resolve("tokenizer.json"),
                Tokenizers.unigram(List.of(pieces)).toString());
        return Tokenizer.load(temp);
    }

    @Test
    void sentencePieceSpansExcludeThePrecedingSpace() throws IOException {
        String text = "The cats  sat on <mask> 🙂 東京";
        try (Tokenizer tokenizer = unigram("▁The", "▁cat", "s", "▁sat", "▁", "東京", "▁on")) {
            List<Token> tokens = tokenizer.encode(text);
            assertThat(tokens)
                    .extracting(Token::text)
                    .containsExactly(
                            "<s>", "▁The", "▁cat", "s", "▁sat", "▁on", "<mask>", "▁", "<unk>", "▁", "東京", "</s>");
            assertThat(tokens)
                    .extracting(Token::name)
                    .containsExactly("<s>", "The", "cat", "s", "sat", "on", "<mask>", "␣", "<unk>", "␣", "東京", "</s>");
            assertThat(tokens)
                    .filteredOn(token -> !token.added())
                    .filteredOn(token -> !token.text().equals("▁"))
                    .extracting(token -> token.span().of(text))
                    .containsExactly("The", "cat", "s", "sat", "on", "<mask>", "🙂", "東京");
            assertThat(tokens.get(2).word()).isEqualTo(tokens.get(3).word());
            assertThat(tokenizer.special().mask()).contains("<mask>");
        }
    }

    @Test
    void robertaPutsTwoSeparatorsBetweenAPair() {
        try (Tokenizer tokenizer = Tokenizer.load(Golden.folder("roberta"))) {
            List<Token> tokens = tokenizer.encode("A person", "The fox");
            assertThat(tokens)
                    .extracting(Token::name)
                    .containsExactly("<s>", "A", "person", "</s>", "</s>", "The", "fox", "</s>");
            assertThat(tokens).extracting(Token::segment).containsExactly(0, 0, 0, 0, 0, 1, 1, 1);
            assertThat(tokens)
                    .extracting(Token::special)
                    .containsExactly(true, false, false, true, true, false, false, true);
        }
    }

    @Test
    void byteLevelTokensAreShownAsText() {
        String text = "naïve café 🦊\n\tend";
        try (Tokenizer tokenizer = Tokenizer.load(Golden.folder("gpt2"))) {
            List<Token> tokens = tokenizer.encode(text);
            assertThat(tokens).extracting(Token::name).contains("naïve", "café", "🦊", "↵", "⇥");
            assertThat(tokens.get(1).text()).isEqualTo("ĠcafÃ©");
            assertThat(tokens.get(1).span().of(text)).isEqualTo("café");
            assertThat(tokenizer.special().mask()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "gpt2"})
    void vocabularyAndMergesGiveTheSameTokensAsTokenizerJson(String name) throws IOException {
        JsonObject model = JsonParser.parseString(
                        Files.readString(Golden.folder(name).resolve("tokenizer.json")))
                .getAsJsonObject()
                .getAsJsonObject("model");
        Files.writeString(temp.resolve("vocab.json"), model.get("vocab").toString());
        StringBuilder merges = new StringBuilder("#version: 0.2\n");
        for (JsonElement merge : model.getAsJsonArray("merges")) {
            JsonArray pair = merge.getAsJsonArray();
            merges.append(pair.get(0).getAsString())
                    .append(' ')
                    .append(pair.get(1).getAsString())
                    .append('\n');
        }
        Files.writeString(temp.resolve("merges.txt"), merges);
        Files.copy(Golden.folder(name).resolve("config.json"), temp.resolve("config.json"));
        if (name.equals("roberta")) {
            Files.writeString(temp.resolve("tokenizer_config.json"), """
                    {"mask_token": {"__type": "AddedToken", "content": "<mask>", "lstrip": true}}""");
        }
        try (Tokenizer made = Tokenizer.load(temp);
                Tokenizer read = Tokenizer.load(Golden.folder(name))) {
            for (String text : List.of("A person who never made a <mask>.", "naïve café 🙂 東京", " # x\n  y")) {
                assertThat(made.encode(text)).isEqualTo(read.encode(text));
                assertThat(made.encode(text, "The second."))
                        .extracting(Token::id)
                        .isEqualTo(read.encode(text, "The second.").stream()
                                .map(Token::id)
                                .toList());
            }
            assertThat(made.special().mask()).isEqualTo(read.special().mask());
        }
    }

    @Test
    void aModelWithoutATypeIsRecognisedByItsContents() throws IOException {
        for (String name : List.of("gpt2", "bert")) {
            JsonObject json = JsonParser.parseString(
                            Files.readString(Golden.folder(name).resolve("tokenizer.json")))
                    .getAsJsonObject();
            json.getAsJsonObject("model").remove("type");
            Files.writeString(temp.resolve("tokenizer.json"), json.toString());
            try (Tokenizer older = Tokenizer.load(temp);
                    Tokenizer newer = Tokenizer.load(Golden.folder(name))) {
                assertThat(older.encode("The quick brown fox.")).isEqualTo(newer.encode("The quick brown fox."));
            }
        }
    }

    @Test
    void aPairHasTwoSegmentsAndMarksWhatWasAdded() {
        try (Tokenizer tokenizer = Tokenizer.load(Hub.locate("embedded"))) {
            List<Token> tokens = tokenizer.encode("the cat", "a dog");
            assertThat(tokens)
                    .extracting(Token::text)
                    .containsExactly("[CLS]", "the", "cat", "[SEP]", "a", "dog", "[SEP]");
            assertThat(tokens).extracting(Token::segment).containsExactly(0, 0, 0, 0, 1, 1, 1);
            assertThat(tokens).extracting(Token::special).containsExactly(true, false, false, true, false, false, true);
            assertThat(tokens).extracting(Token::added).containsExactly(true, false, false, true, false, false, true);
        }
    }

    @Test
    void aTypedSeparatorIsSpecialButNotAdded() {
        try (Tokenizer tokenizer = Tokenizer.load(Hub.locate("embedded"))) {
            Token typed = tokenizer.encode("one [SEP] two").get(2);
            assertThat(typed.special()).isTrue();
            assertThat(typed.added()).isFalse();
        }
    }

    @Test
    void truncationAndPaddingInTheFileAreIgnored() throws IOException {
        JsonObject json = embeddedJson();
        json.add(
                "truncation",
                JsonParser.parseString(
                        "{\"max_length\":8,\"strategy\":\"LongestFirst\",\"stride\":0,\"direction\":\"Right\"}"));
        json.add(
                "padding",
                JsonParser.parseString("{\"strategy\":{\"Fixed\":64},\"direction\":\"Right\","
                        + "\"pad_to_multiple_of\":null,\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"[PAD]\"}"));
        Files.writeString(temp.resolve("tokenizer.json"), json.toString());
        try (Tokenizer tokenizer = Tokenizer.load(temp)) {
            assertThat(tokenizer.encode("the cat")).hasSize(4);
            assertThat(tokenizer.encode("the cat ".repeat(400))).hasSize(802);
        }
    }

    @Test
    void aVocabularyFileGivesTheSameTokensAsTokenizerJson() throws IOException {
        JsonObject vocab = embeddedJson().getAsJsonObject("model").getAsJsonObject("vocab");
        String[] lines = new String[vocab.size()];
        for (Map.Entry<String, JsonElement> entry : vocab.entrySet()) {
            lines[entry.getValue().getAsInt()] = entry.getKey();
        }
        Files.writeString(temp.resolve("vocab.txt"), String.join("\n", lines) + "\n");
        Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"bert\"}");
        Files.writeString(temp.resolve("tokenizer_config.json"), "{\"do_lower_case\": true}");
        try (Tokenizer made = Tokenizer.load(temp);
                Tokenizer read = Tokenizer.load(Hub.locate("embedded"))) {
            for (String text :
                    List.of("A person who never made a [MASK].", "naïve café 🙂 東京", "int max = Math.max(l, r);")) {
                assertThat(made.encode(text)).isEqualTo(read.encode(text));
                assertThat(made.encode(text, "The second.")).isEqualTo(read.encode(text, "The second."));
            }
            assertThat(made.special()).isEqualTo(read.special());
            assertThat(made.vocabulary().uncased()).isTrue();
        }
    }

    @Test
    void aCasedVocabularyKeepsItsCapitals() throws IOException {
        Files.writeString(temp.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nThe\nthe\n");
        Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"bert\"}");
        Files.writeString(temp.resolve("tokenizer_config.json"), "{\"do_lower_case\": false}");
        try (Tokenizer tokenizer = Tokenizer.load(temp)) {
            assertThat(tokenizer.encode("The the")).extracting(Token::id).containsExactly(2, 5, 6, 3);
            assertThat(tokenizer.vocabulary().uncased()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "<html>not found</html>",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":-1}}}",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":999999999}}}",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":\"x\"}}}",
                "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0}}}",
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}}}",
                "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\"]]}}",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"[MASK]\":0}},\"added_tokens\":[{\"id\":0,\"content\":\"[MASK]\"}]}",
                "{\"added_tokens\":[{\"content\":\"x\"}]}",
                "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0}}} trailing"
            })
    void aMalformedFileIsAClearError(String json) throws IOException {
        Files.writeString(temp.resolve("tokenizer.json"), json);
        assertThatThrownBy(() -> Tokenizer.load(temp))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("tokenizer.json")
                .message()
                .matches("[^\\n]+[.]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"TemplateProcessing\"}",
                "{\"type\":\"TemplateProcessing\",\"single\":[],\"pair\":[],\"special_tokens\":{}}",
                "{\"type\":\"TemplateProcessing\",\"single\":[{\"SpecialToken\":{\"id\":\"[X]\",\"type_id\":0}},"
                        + "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}],\"pair\":[{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},"
                        + "{\"Sequence\":{\"id\":\"B\",\"type_id\":0}}],\"special_tokens\":{}}",
                "{\"type\":\"Sequence\",\"processors\":[{\"type\":\"TemplateProcessing\"}]}"
            })
    void aTemplateThatWouldCrashTheProcessIsRefused(String template) throws IOException {
        JsonObject json = embeddedJson();
        json.add("post_processor", JsonParser.parseString(template));
        Files.writeString(temp.resolve("tokenizer.json"), json.toString());
        assertThatThrownBy(() -> Tokenizer.load(temp))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("not a tokenizer.json");
    }

    @RepeatedTest(400)
    void damagedFilesAreReadOrRefusedButNeverCrash(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        List<String> folders = List.of("bert", "roberta", "gpt2");
        int kind = repetition.getCurrentRepetition() % 4;
        JsonElement whole = kind == 3
                ? Tokenizers.unigram(List.of("▁A", "▁person", "▁who", "s", "▁"))
                : JsonParser.parseString(
                        Files.readString(Golden.folder(folders.get(kind)).resolve("tokenizer.json")));
        Files.writeString(temp.resolve("tokenizer.json"), damaged(whole, random).toString());
        try (Tokenizer tokenizer = Tokenizer.load(temp)) {
            tokenizer.encode("A person who never made a [MASK] café 🙂.");
            tokenizer.encode("one", "two ##x");
        } catch (UserException e) {
            assertThat(e.getMessage()).contains("tokenizer").matches("[^\\n]+[.]");
        }
    }

    /** A copy in which here and there a value is another, or missing. */
    private static JsonElement damaged(JsonElement whole, Random random) {
        if (random.nextInt(300) == 0) {
            return JsonParser.parseString(List.of("null", "-1", "1e18", "\"\"", "\"[CLS]\"", "[]", "{}", "true", "0")
                    .get(random.nextInt(9)));
        }
        if (whole instanceof JsonObject object) {
            JsonObject copy = new JsonObject();
            object.entrySet().stream()
                    .filter(entry -> random.nextInt(600) > 0)
                    .forEach(entry -> copy.add(entry.getKey(), damaged(entry.getValue(), random)));
            return copy;
        }
        if (whole instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            array.forEach(element -> copy.add(damaged(element, random)));
            return copy;
        }
        return whole;
    }

    @Test
    void theErrorForAMissingTokenizerListsTheFilesSought() throws IOException {
        Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"bert\"}");
        assertThatThrownBy(() -> Tokenizer.load(temp))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("neither tokenizer.json nor vocab.txt, from which a BertTokenizer is made.");
    }

    @Test
    void anUnknownTokenizerClassIsRefusedByName() throws IOException {
        Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"bert\"}");
        Files.writeString(temp.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"BertJapaneseTokenizer\"}");
        assertThatThrownBy(() -> Tokenizer.load(temp))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("tokenizer_config.json: tokenizer_class is BertJapaneseTokenizer");
    }

    @Test
    void anUnknownWordWithoutAnUnknownTokenIsAClearError() throws IOException {
        Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"bert\"}");
        Files.writeString(temp.resolve("vocab.txt"), "the\ncat\n");
        try (Tokenizer tokenizer = Tokenizer.load(temp)) {
            assertThatThrownBy(() -> tokenizer.encode("the dog"))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("[UNK]");
        }
    }

    @Test
    void invalidUtf8IsRefused() throws IOException {
        Files.write(temp.resolve("tokenizer.json"), new byte[] {(byte) 0x80, 2, (byte) 0xff});
        assertThatThrownBy(() -> Tokenizer.load(temp))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("UTF-8");
    }

    private static JsonObject embeddedJson() throws IOException {
        return JsonParser.parseString(Files.readString(Hub.locate("embedded").resolve("tokenizer.json")))
                .getAsJsonObject();
    }

    /** The vocabulary of ESM-2, which has no tokenizer.json, and the ids that transformers' EsmTokenizer gives. */
    @Test
    void lettersOfAProteinAreItsTokens() throws IOException {
        String letters =
                "<cls> <pad> <eos> <unk> L A G V S E R T I D P K Q N F Y M H W C X B U Z O . - <null_1> <mask>";
        Files.writeString(temp.resolve("vocab.txt"), letters.replace(' ', '\n'));
        Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"esm\"}");
        Files.writeString(temp.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"EsmTokenizer\"}");
        try (Tokenizer tokenizer = Tokenizer.load(temp)) {
            assertThat(tokenizer.encode("MKTAYIAK<mask>RQ"))
                    .extracting(Token::id)
                    .containsExactly(0, 20, 15, 11, 5, 19, 12, 5, 15, 32, 10, 16, 2);
            assertThat(tokenizer.encode("M K T\nA")).extracting(Token::id).containsExactly(0, 20, 15, 11, 5, 2);
            assertThat(tokenizer.encode("MKJ?b<mask> L")).extracting(Token::id).containsExactly(0, 20, 15, 3, 32, 4, 2);
            assertThat(tokenizer.encode("A.-<null_1>B")).extracting(Token::id).containsExactly(0, 5, 29, 30, 31, 25, 2);
            assertThat(tokenizer.encode("MK", "AG")).extracting(Token::id).containsExactly(0, 20, 15, 2, 5, 6, 2);
        }
    }
}
