package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.headlight.JsonFiles;
import dev.headlight.testing.Golden;
import dev.headlight.testing.PageFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    private static final String MODEL = Golden.folder("bert").toString();

    @TempDir
    Path temp;

    private Headlight corpus(Object texts, String out, String... more) {
        return Headlight.with(Stream.concat(
                                Stream.of("corpus", texts.toString(), "--out", out, "--model", MODEL), Stream.of(more))
                        .toArray(String[]::new))
                .in(temp);
    }

    private JsonObject json(String out) {
        return JsonFiles.object(temp.resolve(out).resolve("corpus.json"));
    }

    private Path many(int lines) throws IOException {
        Random random = new Random(1);
        List<String> words = List.of("fox", "dog", "planet", "baby", "the", "quick", "over", "new", "leaves", "Maia");
        String text = IntStream.range(0, lines)
                .mapToObj(line -> random.ints(3 + line % 20, 0, words.size())
                        .mapToObj(words::get)
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
        return Files.writeString(temp.resolve("many.txt"), text);
    }

    @Test
    void aFolderIsMeasuredAndWhatIsNoTextIsCounted() throws IOException {
        Path texts = Files.createDirectories(temp.resolve("texts/.git")).getParent();
        Files.writeString(texts.resolve(".git/config"), "hidden");
        Files.writeString(texts.resolve("b.md"), "The quick fox jumps. The dog is lazy.");
        Files.writeString(texts.resolve("A.java"), "class A { int left; int f() { return left; } }");
        Files.writeString(texts.resolve("No.java"), "no java (at all)");
        Files.write(texts.resolve("picture.png"), new byte[] {1, 0, 2});
        Headlight.Result result = corpus(texts, "out").run().ok();
        assertThat(result.out()).startsWith("4 texts, ").contains("12 heads", "Patterns", "separator");
        assertThat(result.err())
                .isEqualTo("1 file is no UTF-8 text, and left out.\n"
                        + "1 of 3 documents could not be parsed as Java: of these, only brackets were found.\n");
        assertThat(json("out").getAsJsonObject("corpus").get("documents").getAsInt())
                .isEqualTo(3);
        assertThat(json("out")
                        .getAsJsonObject("model")
                        .getAsJsonObject("sha256")
                        .keySet())
                .containsExactly("model.safetensors");
        Path page = temp.resolve("page.html");
        assertThat(corpus(texts, "out", "--html", page.toString()).run().ok().err())
                .contains("holds a whole result already");
        assertThat(PageFile.corpus(page)).isEqualTo(json("out"));
        corpus(texts, "out", "--lines").run().failed(1, "was measured with other options");
        corpus(texts, "prose", "--only", "*.md").run().ok();
        assertThat(json("prose").getAsJsonObject("corpus").get("documents").getAsInt())
                .isEqualTo(1);
        corpus(texts, "none", "--only", "*.rst").run().failed(1, "holds no text in files like *.rst");
        corpus(texts, "none", "--only", "[").run().failed(1, "--only needs a pattern of names such as *.md");
        Headlight.with(
                        "corpus",
                        texts.toString(),
                        "--out",
                        "out",
                        "--model",
                        Golden.folder("gpt2").toString())
                .in(temp)
                .run()
                .failed(1, "is of another model");
    }

    @Test
    @Tag("slow")
    void aRunThatIsKilledGoesOnAndCountsEveryTextOnce() throws IOException, InterruptedException {
        Path texts = many(8_000);
        corpus(texts, "whole", "--lines").run().ok();
        Path progress = temp.resolve("killed/progress");
        Process process = corpus(texts, "killed", "--lines").start(temp.resolve("err"));
        while (process.isAlive() && !Files.exists(progress)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(process.isAlive()).as("it is killed before its end").isTrue();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        assertThat(temp.resolve("killed/corpus.json")).doesNotExist();
        Files.writeString(temp.resolve("killed/.progress.x.part"), "half a file");

        Files.writeString(temp.resolve("others.txt"), "other texts");
        corpus("others.txt", "killed", "--lines").run().failed(1, "is of other texts");
        assertThat(corpus(texts, "killed", "--lines").run().ok().err()).contains("texts were measured before.");
        for (String file : List.of("corpus.json", "heads.parquet", "texts.parquet")) {
            assertThat(temp.resolve("killed").resolve(file))
                    .hasSameBinaryContentAs(temp.resolve("whole").resolve(file));
        }
        assertThat(progress).doesNotExist();
        assertThat(temp.resolve("killed/.progress.x.part")).doesNotExist();
    }

    @Test
    void standardInputIsMeasured() {
        corpus("-", "out", "--lines").run("The quick fox\njumps over\n").ok();
        assertThat(json("out").getAsJsonObject("corpus").get("texts").getAsInt())
                .isEqualTo(2);
        assertThat(json("out")
                        .getAsJsonArray("texts")
                        .get(0)
                        .getAsJsonObject()
                        .get("id")
                        .getAsString())
                .startsWith("stdin:");
    }

    @Test
    void badInputIsASentence() throws IOException {
        corpus("missing", "out").run().failed(1, "There is no file or folder missing");
        Files.createDirectories(temp.resolve("empty"));
        corpus("empty", "out").run().failed(1, "empty holds no text");
        Files.write(temp.resolve("latin1.txt"), "né".getBytes(StandardCharsets.ISO_8859_1));
        corpus("latin1.txt", "out").run().failed(1, "latin1.txt is not UTF-8 text: convert it first");
        Files.writeString(temp.resolve("marks.txt"), "--- | ...\n");
        corpus("marks.txt", "out").run().failed(1, "marks.txt holds no text that the model can read");
        corpus("marks.txt", "marks.txt").run().failed(1, "Can't write marks.txt");
        corpus("marks.txt", "out", "--tokens", "3").run().failed(1, "A text needs room for 8 tokens, not 3");
        Headlight.Result two =
                corpus("marks.txt", "out", "--lines", "--windows").run();
        assertThat(two.code()).isEqualTo(2);
        assertThat(temp.resolve("out/corpus.json")).doesNotExist();
    }
}
