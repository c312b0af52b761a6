package dev.headlight.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.headlight.Cancellation;
import dev.headlight.JsonFiles;
import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.corpus.Analyzer;
import dev.headlight.corpus.Cutting;
import dev.headlight.corpus.Document;
import dev.headlight.corpus.Quantities;
import dev.headlight.corpus.Relation;
import dev.headlight.corpus.Result;
import dev.headlight.corpus.Statistics;
import dev.headlight.corpus.Unit;
import dev.headlight.inspect.HeadPattern;
import dev.headlight.inspect.Inspector;
import dev.headlight.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusFilesTest {
    private static final Cutting LINES = new Cutting(Optional.of(Unit.LINES), Optional.empty(), false);

    @TempDir
    Path temp;

    private static Result.Model model(String hash) {
        return new Result.Model(
                "small", Optional.of("abc"), Map.of("model.safetensors", hash), Precision.FLOAT32, 3, 4);
    }

    private static Result result() {
        try (Inspector inspector = Inspector.load("bert", Golden.folder("bert"))) {
            Statistics statistics = new Analyzer(inspector, LINES)
                    .measure(
                            List.of(new Document("d", "a dog saw the quick dog\nThis is a test", false)),
                            Cancellation.NEVER);
            return new Result(model("12ab"), "texts", LINES, statistics);
        }
    }

    private static Result none() {
        return new Result(model("12ab"), "texts", LINES, new Statistics(List.of()));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theJsonHoldsWhatWasMeasuredAndOfWhichWeights() throws IOException {
        Result result = result();
        CorpusFiles.write(temp.resolve("new/out"), result);
        JsonObject json = JsonFiles.object(temp.resolve("new/out/corpus.json"));
        assertThat(json.getAsJsonObject("model")
                        .getAsJsonObject("sha256")
                        .get("model.safetensors")
                        .getAsString())
                .isEqualTo("12ab");
        assertThat(json.getAsJsonObject("corpus").get("texts").getAsInt()).isEqualTo(2);
        assertThat(json.getAsJsonArray("patterns")).hasSize(HeadPattern.values().length);
        assertThat(json.getAsJsonArray("heads")).hasSize(12);
        JsonObject head = json.getAsJsonArray("heads").get(5).getAsJsonObject();
        assertThat(head.get("layer").getAsInt()).isEqualTo(1);
        assertThat(head.get("head").getAsInt()).isEqualTo(1);
        JsonObject next = head.getAsJsonArray("patterns")
                .get(HeadPattern.NEXT_TOKEN.ordinal())
                .getAsJsonObject();
        assertThat(next.get("mean").getAsDouble())
                .isEqualTo(result.statistics()
                        .estimate(5, Quantities.of(HeadPattern.NEXT_TOKEN))
                        .mean());
        JsonArray most = next.getAsJsonArray("most").get(0).getAsJsonArray();
        JsonObject text =
                json.getAsJsonArray("texts").get(most.get(0).getAsInt()).getAsJsonObject();
        assertThat(text.get("id").getAsString())
                .isEqualTo(result.statistics()
                        .most(5, HeadPattern.NEXT_TOKEN)
                        .get(0)
                        .sample()
                        .id());
        assertThat(head.getAsJsonArray("patterns")
                        .get(HeadPattern.OTHER_SENTENCE.ordinal())
                        .isJsonNull())
                .isTrue();
        assertThat(head.getAsJsonObject("offsets").getAsJsonArray("mean")).hasSize(Quantities.OFFSETS);
        JsonArray relations = head.getAsJsonArray("relations");
        assertThat(relations).hasSize(Relation.values().length);
        JsonObject same = relations.get(Relation.SAME_WORD_AFTER.ordinal()).getAsJsonObject();
        assertThat(same.get("mean").getAsDouble() - same.get("baseline").getAsDouble())
                .isCloseTo(same.get("difference").getAsDouble(), within(1e-12));
        assertThat(same.get("error").isJsonNull()).isTrue(); // of one text
        assertThat(relations.get(Relation.NUMBER_AFTER.ordinal()).isJsonNull()).isTrue();
    }

    @Test
    void aTableIsAParquetFileThatSaysWhereItsColumnsAre() throws IOException {
        CorpusFiles.write(temp, result());
        assertThat(names()).containsExactly("corpus.json", "heads.parquet", "texts.parquet");
        byte[] file = Files.readAllBytes(temp.resolve("heads.parquet"));
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int footer = bytes.getInt(file.length - 8);
        String ends = new String(file, 0, 4, StandardCharsets.US_ASCII)
                + new String(file, file.length - 4, 4, StandardCharsets.US_ASCII);
        assertThat(ends).isEqualTo("PAR1PAR1");
        String metadata = new String(file, file.length - 8 - footer, footer, StandardCharsets.UTF_8);
        assertThat(metadata).contains("difference_error", "12ab");
    }

    @Test
    void anUnfinishedFolderGoesOnAndAFinishedOneIsDone() throws IOException {
        Result result = result();
        try (CorpusProgress progress = CorpusProgress.open(temp, result)) {
            assertThat(progress.isDone()).isFalse();
            assertThat(progress.before()).isEmpty();
            progress.keep(new CorpusProgress.Measured(1, "d1", result.statistics()));
        }
        Files.writeString(temp.resolve(".progress.killed.part"), "half");
        try (CorpusProgress progress = CorpusProgress.open(temp, result)) {
            CorpusProgress.Measured before = progress.before().orElseThrow();
            assertThat(before.documents()).isEqualTo(1);
            assertThat(before.digest()).isEqualTo("d1");
            assertThat(before.statistics()).isEqualTo(result.statistics());
            progress.finish(result);
        }
        assertThat(names()).containsExactly(".lock", "corpus.json", "heads.parquet", "texts.parquet");
        try (CorpusProgress progress = CorpusProgress.open(temp, result)) {
            assertThat(progress.isDone()).isTrue();
        }
    }

    private void refused(Result result, String because) {
        try (CorpusProgress progress = CorpusProgress.open(temp, result)) {
            assertThatThrownBy(() -> {
                        progress.isDone();
                        progress.before();
                    })
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(because);
        }
    }

    @Test
    void aFolderOfAnotherModelOrOptionsIsRefusedWhetherItIsFinishedOrNot() {
        Result other = new Result(model("other"), "texts", LINES, none().statistics());
        Cutting usual = new Cutting(Optional.empty(), Optional.empty(), false);
        Result longer = new Result(model("12ab"), "texts", usual, none().statistics());
        Result named = new Result(
                new Result.Model("large", Optional.empty(), Map.of(), Precision.FLOAT32, 3, 4),
                "texts",
                LINES,
                none().statistics());
        Result coded = new Result(
                model("12ab"), "texts", new Cutting(LINES.unit(), Optional.empty(), true), none().statistics());
        Runnable refused = () -> {
            refused(other, "other weights");
            refused(named, "another model, small");
            refused(longer, "other options");
            refused(coded, "other options");
        };
        try (CorpusProgress progress = CorpusProgress.open(temp, none())) {
            progress.keep(new CorpusProgress.Measured(0, "", none().statistics()));
        }
        refused.run();
        try (CorpusProgress progress = CorpusProgress.open(temp, none())) {
            progress.finish(none());
        }
        refused.run();
    }

    @Test
    void whatIsNoProgressIsASentence() throws IOException {
        Files.writeString(temp.resolve("progress"), "something else");
        refused(none(), "remove it to begin again");
    }

    @Test
    void oneProcessWritesAtATime() {
        try (CorpusProgress progress = CorpusProgress.open(temp, none())) {
            assertThat(progress.isDone()).isFalse();
            assertThatThrownBy(() -> CorpusProgress.open(temp, none()))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("Another Headlight is writing");
        }
    }
}
