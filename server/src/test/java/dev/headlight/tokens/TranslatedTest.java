package dev.headlight.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.UserException;
import dev.headlight.testing.Translators;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokenizers of Marian and M2M-100 as they are published, SentencePiece files beside a vocab.json, against what
 * transformers made of them ({@link Translators}).
 */
class TranslatedTest {
    @TempDir
    Path temp;

    private Path folder(Translators recorded, Translators.Recorded one) throws IOException {
        Path folder = Files.createTempDirectory(temp, "t");
        recorded.write(one, folder);
        return folder;
    }

    private static List<Integer> ids(List<Token> tokens) {
        return tokens.stream().map(Token::id).toList();
    }

    @Test
    void sourcesAndTargetsGetTheIdsThatTransformersGivesThem() throws IOException {
        Translators recorded = Translators.read();
        List<String> differing = new ArrayList<>();
        int compared = 0;
        for (Translators.Recorded one : recorded.cases()) {
            try (Tokenizer tokenizer = Tokenizer.load(folder(recorded, one))) {
                List<Integer> languages = new ArrayList<>(tokenizer.special().languages().stream()
                        .flatMap(known -> known.target().stream().boxed())
                        .toList());
                for (int i = 0; i < recorded.texts().size(); i++) {
                    String text = recorded.texts().get(i);
                    List<Integer> source = ids(tokenizer.encode(text));
                    List<Integer> target = new ArrayList<>(ids(tokenizer.encodeTarget(text)));
                    if (!languages.isEmpty()) {
                        target.set(0, languages.get(0)); // as the inspector does, which knows the target's
                    }
                    compared += 2;
                    if (!source.equals(one.sources().get(i))) {
                        differing.add(one.name() + " source " + text + ": " + source + " instead of "
                                + one.sources().get(i));
                    }
                    if (!target.equals(one.targets().get(i))) {
                        differing.add(one.name() + " target " + text + ": " + target + " instead of "
                                + one.targets().get(i));
                    }
                }
            }
        }
        assertThat(differing).isEmpty();
        assertThat(compared).isGreaterThan(1_000);
    }

    private Path marian() throws IOException {
        Translators recorded = Translators.read();
        return folder(recorded, recorded.cases().get(0));
    }

    @Test
    void spansAreThoseOfTheTextAsTyped() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(marian())) {
            String text = ">>fra<<  The ﬁne  ①☃☃ fox </s>";
            List<Token> tokens = tokenizer.encode(text);
            assertThat(tokens.get(0).span().of(text)).isEqualTo(">>fra<<");
            assertThat(tokens.get(0).text()).isEqualTo(">>fra<<");
            StringBuilder read = new StringBuilder();
            int end = 0;
            for (Token token : tokens.subList(1, tokens.size() - 1)) {
                read.append(
                        text, Math.max(end, token.span().start()), token.span().end());
                end = token.span().end();
            }
            assertThat(read.toString().replace(" ", "")).isEqualTo("Theﬁne①☃☃fox</s>");
            assertThat(tokens.get(tokens.size() - 2).special()).isTrue(); // typed
            assertThat(tokens.get(tokens.size() - 1).added()).isTrue();
        }
    }

    @Test
    void tokensAreJoinedToTheTextThatTheyAreOf() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.load(marian())) {
            String text = "Leaves fall.";
            List<Integer> ids = ids(tokenizer.encodeTarget(text));
            assertThat(tokenizer.decode(ids)).isEqualTo(text);
            assertThat(tokenizer.added(ids.subList(0, 2), ids.get(2))).isNotEmpty();
        }
    }

    @Test
    void aMalformedTableIsRefusedInASentence() throws IOException {
        for (String[] one : new String[][] {
            {"[]", "vocab\\.json"},
            {"{", "vocab\\.json"},
            {"{\"<unk>\": \"1\"}", "vocab\\.json: <unk> should be an id: fetch the file again\\."},
            {"{\"<unk>\": -1}", "vocab\\.json: <unk> should be an id: fetch the file again\\."},
            {"{\"<unk>\": 1.5}", "vocab\\.json: <unk> should be an id: fetch the file again\\."},
            {"{\"<unk>\": 1e99}", "vocab\\.json: <unk> should be an id: fetch the file again\\."},
            {"{\"<unk>\": 1, \"a\": 1}", "vocab\\.json: <unk> and a have the same id, 1: fetch the file again\\."},
            {"{\"a\": 1}", "vocab\\.json holds no <unk>, the tokenizer's unk_token: fetch the file again\\."}
        }) {
            Path folder = marian();
            Files.writeString(folder.resolve("vocab.json"), one[0]);
            assertThatThrownBy(() -> Tokenizer.load(folder))
                    .as(one[0])
                    .isInstanceOf(UserException.class)
                    .hasMessageMatching(".*" + one[1] + ".*");
        }
    }

    @Test
    void missingAndCutFilesAreRefusedInASentence() throws IOException {
        Path without = marian();
        Files.delete(without.resolve("target.spm"));
        assertThatThrownBy(() -> Tokenizer.load(without))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        " holds no target.spm, and a MarianTokenizer is made of source.spm and target.spm");
        Path cut = marian();
        byte[] whole = Files.readAllBytes(cut.resolve("source.spm"));
        for (int length : new int[] {0, 100, 5_000, whole.length - 7}) {
            Files.write(cut.resolve("source.spm"), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Tokenizer.load(cut))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("source.spm ");
        }
        Path two = marian();
        Files.writeString(
                two.resolve("tokenizer_config.json"),
                "{\"tokenizer_class\":\"MarianTokenizer\",\"separate_vocabs\":true}");
        assertThatThrownBy(() -> Tokenizer.load(two))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("separate_vocabs is true");
    }

    /** A broken table of characters neither hangs nor ends the process. */
    @RepeatedTest(20)
    void flippedBytesGiveATokenizerOrASentence(RepetitionInfo repetition) throws IOException {
        Path folder = marian();
        byte[] bytes = Files.readAllBytes(folder.resolve("source.spm"));
        Random random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 200; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        Files.write(folder.resolve("source.spm"), bytes);
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            assertThat(tokenizer.encode("The quick ﬁne ① brown fox. é 東京")).isNotEmpty();
        } catch (UserException e) {
            assertThat(e.getMessage()).contains("source.spm");
        }
    }

    @Test
    void aTokenizerJsonBesideThemIsNotRead() throws IOException {
        Path folder = marian();
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            assertThat(tokenizer.origins()).anyMatch(origin -> origin.startsWith("not read: tokenizer.json"));
        }
    }
}
