package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.process.Headlight.Result;
import dev.headlight.testing.Golden;
import dev.headlight.testing.PageFile;
import dev.headlight.testing.RandomCheckpoint;
import dev.headlight.weights.SafeTensorsFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    private static final String TEXT = "A person who never made a ______ never tried anything new.";

    @TempDir
    Path temp;

    private static JsonObject json(String text) {
        return JsonParser.parseString(text).getAsJsonObject();
    }

    @Test
    void predictPrintsThreeNumberedSentencesWithProbabilities() {
        Result result = Headlight.with("predict", TEXT).run().ok();
        assertThat(result.out().lines())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line)
                        .matches("[123]\\. A person who never made a \\p{L}+ never tried anything new\\."
                                + " \\(\\d+\\.\\d %\\)"));
        assertThat(result.out()).startsWith("1. ");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void aHeapThatIsTooSmallIsASentence() {
        Headlight.with("predict", TEXT)
                .environment("HEADLIGHT_JAVA_OPTS", "-Xms8m -Xmx8m")
                .run()
                .failed(1, "Java ran out of memory: give it more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@notes is ____", "- item ____", "-1 is ____", "--flag is ____"})
    void aTextIsNeitherAnOptionNorAFile(String text) throws IOException {
        Files.writeString(temp.resolve("notes"), "--raw");
        String out =
                Headlight.with("predict", "--json", text).in(temp).run().ok().out();
        assertThat(json(out).get("text").getAsString()).isEqualTo(text);
    }

    @Test
    void anUnknownOptionIsTextOnlyAfterTwoDashes() {
        Result refused = Headlight.with("predict", "--tpo", "3", "a ____").run();
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .isEqualTo("Unknown option: '--tpo'; if it belongs to the text, put -- before the text."
                        + " See headlight predict --help.\n");
        assertThat(Headlight.with("predict", "--", "--tpo", "is ____")
                        .run()
                        .ok()
                        .out())
                .startsWith("1. --tpo is ");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "its launcher is another one")
    void theLauncherDoesNotExpandVariables() {
        Result result = Headlight.with("predict", "--json", "Das Café ____.")
                .environment("LC_ALL", "xx_XX.UTF-8")
                .environment("CDPATH", ".:/")
                .environment("HEADLIGHT_JAVA_OPTS", "-Da='b c' -Dd=e\\ f")
                .run()
                .ok();
        assertThat(json(result.out()).get("text").getAsString()).isEqualTo("Das Café ____.");
        assertThat(Headlight.with("--version")
                        .environment("HEADLIGHT_JAVA_OPTS", "-Da='b")
                        .run()
                        .err())
                .startsWith("HEADLIGHT_JAVA_OPTS has a quote without its other half");
    }

    @Test
    void aPageShowsFirstWhatItIsAskedFor() {
        Path page = temp.resolve("page.html");
        Headlight.with("attention", "--out", page.toString(), "--shown", "view=model&layer=2", TEXT)
                .run()
                .ok();
        assertThat(PageFile.read(page).inspection().get("shown").getAsString()).isEqualTo("view=model&layer=2");
        Headlight.with("attention", "--out", "a.json", "--shown", "view=model", TEXT)
                .run()
                .failed(1, "--shown is for a page");
    }

    @Test
    void anUnknownLogLevelIsAClearError() {
        Headlight.with("predict", TEXT)
                .environment("HEADLIGHT_LOG", "loud")
                .run()
                .failed(
                        2,
                        "Unknown log level “loud”: set HEADLIGHT_LOG to one of off, error, warn, info,"
                                + " debug, trace.");
    }

    @Test
    void predictWritesAsManyTokensAsAsked() {
        String model = Golden.folder("gpt2").toString();
        Result few = Headlight.with("predict", "--write", "3", "--model", model, TEXT)
                .run()
                .ok();
        Result more = Headlight.with("predict", "--write", "9", "--model", model, TEXT)
                .run()
                .ok();
        assertThat(few.err()).isEmpty();
        assertThat(few.out()).startsWith(TEXT).endsWith("\n");
        assertThat(more.out()).startsWith(few.out().stripTrailing());
        assertThat(more.out().length()).isGreaterThan(few.out().length());
        Headlight.with("predict", "--write", "0", "--model", model, TEXT)
                .run()
                .failed(1, "--write takes how many tokens to write, from 1 on");
    }

    @Test
    void predictWritesInALanguageOrGoesOnWithATargetOrFillsIt() {
        String model = Golden.folder("m2m_100").toString();
        String[] write = {"predict", "--json", "--write", "4", "--model", model, "--pair", "", "leaves fall"};
        write[7] = "deu_Latn";
        JsonObject inLanguage = json(Headlight.with(write).run().ok().out());
        write[7] = "deu_Latn the leaves";
        JsonObject further = json(Headlight.with(write).run().ok().out());
        assertThat(inLanguage.get("pair").getAsString()).isEqualTo("deu_Latn");
        assertThat(inLanguage.get("written").getAsString()).isNotEmpty();
        assertThat(further.get("written").getAsString()).isNotEmpty();
        Result filled = Headlight.with(
                        "predict", "--raw", "--top", "2", "--model", model, "--pair", "leaves ____", "leaves fall")
                .run()
                .ok();
        assertThat(filled.out().lines()).hasSize(2).allMatch(line -> line.matches("[12]\\. leaves .+\\(.+ %\\)"));
    }

    @Test
    void predictPrintsJsonWithOffsetsInUtf16() {
        String text = "naïve 🙂 東京: the [MASK] sat on the ____.";
        JsonObject answer = json(Headlight.with("predict", "--json", "--top", "5", text)
                .run()
                .ok()
                .out());
        assertThat(answer.get("model").getAsString()).isEqualTo("embedded");
        assertThat(answer.get("text").getAsString()).isEqualTo(text);
        JsonArray blanks = answer.getAsJsonArray("blanks");
        assertThat(blanks).hasSize(2);
        JsonObject first = blanks.get(0).getAsJsonObject();
        assertThat(text.substring(
                        first.get("start").getAsInt(), first.get("end").getAsInt()))
                .isEqualTo("[MASK]");
        assertThat(first.getAsJsonArray("predictions")).hasSize(5);
        assertThat(first.getAsJsonArray("predictions").get(0).getAsJsonObject().keySet())
                .containsExactly("word", "token", "id", "probability");
        assertThat(answer.getAsJsonArray("sentences")).hasSize(5);
        assertThat(answer.getAsJsonArray("sentences").get(0).getAsString())
                .startsWith("naïve 🙂 東京: the ")
                .doesNotContain("____");
    }

    @Test
    void namedWordsStandBelowTheModelsOwn() {
        Result result = Headlight.with("predict", "--words", "men, women,photosynthesis", "Most nurses are ____.")
                .run()
                .ok();
        List<String> lines = result.out().lines().toList();
        assertThat(lines.get(4)).isEqualTo("The words you named:");
        assertThat(lines.get(5)).matches(" +\\d+\\.\\d\\d %  men");
        assertThat(lines.get(7)).matches(" +\\d\\.\\de-\\d+ %  photosynthesis  \\(.+ .+\\)");
        assertThat(lines.get(8)).startsWith("A word of several tokens: the blank is widened");
        JsonObject answer = json(Headlight.with("predict", "--json", "--words", "men", "--together", "____ are ____.")
                .run()
                .ok()
                .out());
        assertThat(answer.getAsJsonArray("blanks").get(1).getAsJsonObject().getAsJsonArray("words"))
                .hasSize(1);
        assertThat(answer.getAsJsonArray("together").get(0).getAsJsonObject().get("text"))
                .isEqualTo(answer.getAsJsonArray("sentences").get(0));
    }

    @Test
    void wordsThatCanNotBeNamedAreOneSentence() {
        Headlight.with("predict", "--words", "[SEP]", TEXT)
                .run()
                .failed(1, "“[SEP]” can't be written in this model's vocabulary: name another word.");
        Headlight.with("predict", "--together", "--raw", TEXT)
                .run()
                .failed(1, "Pieces of words can't be filled in together: ask for whole words.");
        Headlight.with("predict", "--words", "a", "No blank here.").run().failed(1, "The text has no blank");
    }

    @Test
    void whyPrintsAndSavesTheSameAnswer() throws Exception {
        String text = "The keys to the cabinet ____ on the table.";
        Path page = temp.resolve("page.html");
        JsonObject answer = json(Headlight.with(
                        "why", "--word", "were", "--rather", "was", "--hide", "--json", "--html", page.toString(), text)
                .run()
                .ok()
                .out());
        JsonObject strongest = answer.getAsJsonArray("heads").get(0).getAsJsonObject();
        assertThat(strongest.get("layer").getAsInt() + "."
                        + strongest.get("head").getAsInt())
                .isEqualTo("5.1");
        assertThat(answer.getAsJsonArray("heads").asList().stream()
                        .map(head -> head.getAsJsonObject().get("pattern"))
                        .filter(Objects::nonNull)
                        .map(JsonElement::getAsString))
                .contains("previous token", "first token");
        String html = Files.readString(page);
        String slot = "<script type=\"application/json\" id=\"inspection\">";
        int at = html.indexOf(slot) + slot.length();
        JsonObject saved = json(html.substring(at, html.indexOf("</script>", at)));
        assertThat(saved.get("shown").getAsString())
                .startsWith("view=why&place=1&why=")
                .endsWith("&hiding=on");
        JsonObject shown = saved.getAsJsonObject("why");
        for (String part : List.of("question", "answer", "words", "heads", "lens")) {
            assertThat(shown.get(part)).as(part).isEqualTo(answer.get(part));
        }
        assertThat(shown.getAsJsonArray("layers")).hasSize(12);
        Headlight.with("why", "--pairs", "x", "--html", "y").run().failed(1, "--html is for a text");
        Headlight.with("why", "--html", temp.toString(), text).run().failed(1, "Can't write " + temp);
    }

    @Test
    void aSetThatIsStoppedGoesOnWhereItWas() throws Exception {
        Path pairs = temp.resolve("pairs.tsv");
        Path out = temp.resolve("out.jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            lines.append("The keys ").append("and boxes ".repeat(i)).append("____ here.\twere\twas\n");
        }
        Files.writeString(pairs, lines);
        Headlight command = Headlight.with("why", "--pairs", pairs.toString(), "--out", out.toString());
        Path err = temp.resolve("err");
        Process process = command.start(err);
        for (int waits = 0; waits < 1200 && (!Files.exists(out) || lines(out) < 3); waits++) {
            Thread.sleep(50);
        }
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(err)).contains("of 8 sentences; the same command goes on from there");
        long before = lines(out);
        assertThat(before).isBetween(3L, 8L);
        Files.writeString(out, Files.readString(out) + "{\"sentence\":7,\"quan");
        Result result = command.run().ok();
        assertThat(result.err()).contains(before - 1 + " of 8 sentences were measured before.");
        assertThat(result.out()).contains("of 8 right");
        assertThat(Files.readAllLines(out).stream()
                        .skip(1)
                        .map(line -> json(line).get("sentence").getAsInt()))
                .hasSize(8)
                .doesNotHaveDuplicates();
        Files.writeString(pairs, lines + "More ____ here.\tis\tare\n");
        command.run().failed(1, "out.jsonl is of other sentences: name another file.");
        Headlight.with("why", "--out", "x", "a ____").run().failed(1, "--out is for a file of sentences");
    }

    private static long lines(Path file) throws IOException {
        return Files.readString(file).chars().filter(c -> c == '\n').count();
    }

    @Test
    void predictReadsStandardInputWhateverTheLocale() {
        Result result = Headlight.with("predict", "--json", "-")
                .environment("LC_ALL", "C")
                .run("/**\r\n * naïve 🙂 the ____ is\r\n * here.\r\n */\r\n");
        assertThat(json(result.ok().out()).get("text").getAsString())
                .isEqualTo("/**\r\n * naïve 🙂 the ____ is\r\n * here.\r\n */");
    }

    @Test
    void argumentsAreUtf8WithoutALocale() {
        Result result = Headlight.with("predict", "--json", "naïve 🙂 ____")
                .environment("LC_ALL", "POSIX")
                .run();
        assertThat(json(result.ok().out()).get("text").getAsString()).isEqualTo("naïve 🙂 ____");
    }

    @Test
    void aModelThatFillsNoBlanksSaysSo() {
        String gpt2 = Golden.folder("gpt2").toString();
        Result result = Headlight.with("predict", "--model", gpt2, "The quick ____ fox")
                .run()
                .ok();
        assertThat(result.out().lines()).hasSize(3).allMatch(line -> line.contains("The quick ____ fox"));
        assertThat(result.err()).contains("reads from left to right and can't fill blanks");
        assertThat(Headlight.with("predict", "--model", gpt2, "The quick")
                        .run()
                        .ok()
                        .err())
                .doesNotContain("blank");
        Headlight.with(
                        "attention",
                        "--model",
                        gpt2,
                        "--pair",
                        "b",
                        "--out",
                        temp.resolve("a.json").toString(),
                        "a")
                .run()
                .failed(1, "can't take pairs: put both into one text");
    }

    @Test
    void anEncoderDecoderFillsBlanksAndAnswersATextWithoutThem() {
        String bart = Golden.folder("bart").toString();
        assertThat(Headlight.with("predict", "--model", bart, "The quick ____ fox")
                        .run()
                        .ok()
                        .out()
                        .lines())
                .hasSize(3)
                .allMatch(line -> line.matches("\\d\\. The quick .+ fox \\(.*"));
        JsonObject answer = json(Headlight.with("predict", "--model", bart, "--json", "The quick fox")
                .run()
                .ok()
                .out());
        assertThat(answer.get("written").getAsString()).isNotBlank();
    }

    @Test
    void rawPredictionsAreTokens() {
        JsonObject answer = json(Headlight.with("predict", "--raw", "--json", "It is late ____")
                .run()
                .ok()
                .out());
        JsonObject top = answer.getAsJsonArray("blanks")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("predictions")
                .get(0)
                .getAsJsonObject();
        assertThat(top.get("token").getAsString()).isEqualTo(".");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            predict;no blank here                       | 1 | The text has no blank
            predict;                                    | 1 | The text is empty
            predict;  ;                                 | 1 | The text is empty
            predict                                     | 2 | Missing required parameter
            predict;--top;0;a ____                      | 1 | must be between 1 and 1000
            predict;--top;x;a ____                      | 2 | Invalid value for option '--top'
            predict;--bogus;a ____                      | 2 | Unknown option: '--bogus'
            predict;--model;/no/such;a ____             | 1 | There is no model
            predict;--model;org/na me;a ____            | 1 | There is no model "org/na me"
            models;fetch;no-organisation                | 1 | write organisation/no-organisation
            models;fetch                                | 2 | Missing required parameter
            models;remove;embedded                      | 1 | can't be removed
            models;bogus                                | 2 | Unmatched argument
            bogus                                       | 2 | bogus
            attention;text                              | 2 | Missing required option: '--out=PATH'
            attention;--out;x.csv;text                  | 1 | Can't write x.csv
            attention;--out;x.json;--layers;13;text     | 1 | There is no layer 13: the model has layers 1 to 12
            attention;--out;x.json;--heads;x;text       | 2 | Invalid value for option '--heads'
            attention;--out;/dev/null/x.json;text       | 1 | Can't write
            open;--layers;1;x.safetensors               | 1 | name one with --out
            open;x.safetensors;--out;x.html             | 1 | There is no file x.safetensors
            web;--no-browser;--port;99999               | 1 | Invalid port 99999
            web;--no-browser;--model;/no/such           | 1 | There is no model
            web;--no-browser;   ;                       | 1 | The text is empty
            """)
    void failuresAreOneSentenceAndAnExitCode(String arguments, int code, String because) {
        Headlight.with(arguments.split(";", -1)).run().failed(code, because);
    }

    @Test
    void inputThatIsNotTextIsAClearError() throws Exception {
        Path err = temp.resolve("err");
        Process process = Headlight.with("predict", "-").start(err);
        process.getOutputStream().write(new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        process.getOutputStream().close();
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(err).hasContent("Standard input is not UTF-8 text: convert it first.\n");
    }

    @Test
    void aFolderWithoutAModelIsAClearError() throws IOException {
        Headlight.with("predict", "--model", temp.toString(), "a ____").run().failed(1, "has no config.json");
        Files.writeString(temp.resolve("config.json"), "<html>");
        Headlight.with("predict", "--model", temp.toString(), "a ____").run().failed(1, "is not a JSON object");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void lostOutputIsAFailure() {
        Headlight.with("predict", TEXT)
                .by("sh", "-c", "exec \"$0\" \"$@\" >/dev/full")
                .run()
                .failed(1, "Can't write all of the output");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void pipesInPlaceOfFilesAreRefused() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", temp.resolve("config.json").toString())
                        .start()
                        .waitFor())
                .isZero();
        Headlight.with("predict", "--model", temp.toString(), "a ____").run().failed(1, "is not a regular file");
    }

    @Test
    void controlCharactersOfACheckpointDoNotReachTheTerminal() throws IOException {
        Files.writeString(temp.resolve("config.json"), "{\"model_type\": \"x\\u001b[31m\\u0007\"}");
        Files.copy(Golden.folder("bert").resolve("tokenizer.json"), temp.resolve("tokenizer.json"));
        Files.copy(Golden.folder("bert").resolve("model.safetensors"), temp.resolve("model.safetensors"));
        Result result =
                Headlight.with("predict", "--model", temp.toString(), "a ____").run();
        result.failed(1, "model_type");
        assertThat(result.err()).doesNotContain("\u001b", "\u0007");
    }

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        Path script = Files.writeString(
                temp.resolve("completion"),
                Headlight.with("completion").run().ok().out());
        String ask = "source " + script
                + "; COMP_WORDS=(headlight %s); COMP_CWORD=%d; _complete_headlight; echo ${COMPREPLY[*]}";
        assertThat(bash(ask.formatted("cor", 1))).isEqualTo("corpus");
        assertThat(bash(ask.formatted("predict --to", 2))).contains("--top", "--together");
    }

    private static String bash(String script) throws Exception {
        Process process = new ProcessBuilder("bash", "-c", script).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Test
    void helpAndVersionGoToStandardOutput() {
        assertThat(Headlight.with("--version").run().ok().out())
                .matches(
                        "headlight \\d+\\.\\d+\\.\\d+( \\([0-9a-f]{7,}\\))?\\nlibtorch 2\\.\\d+\\.\\d+, Java \\d+, .+ on .+\\n");
        for (String[] help :
                new String[][] {{}, {"--help"}, {"predict", "--help"}, {"attention", "--help"}, {"web", "-h"}}) {
            assertThat(Headlight.with(help).run().ok().out())
                    .startsWith("Usage: headlight")
                    .contains("Examples:");
        }
        assertThat(Headlight.with("models").run().ok().out())
                .startsWith("MODEL")
                .contains("\nembedded  ");
    }

    @Test
    void theFileExtensionChoosesTheExportFormat() throws IOException {
        String text = "The cat sat.";
        for (String name : List.of("a.safetensors", "a.json", "a.html", "pictures")) {
            String out = temp.resolve(name).toString();
            assertThat(Headlight.with("attention", "--pair", "It purred.", "--out", out, text)
                            .run()
                            .ok()
                            .err())
                    .isEmpty();
        }
        try (SafeTensorsFile file = SafeTensorsFile.open(temp.resolve("a.safetensors"))) {
            assertThat(file.shape("attention")).containsExactly(12, 12, 11, 11);
            assertThat(file.shape("logits")).containsExactly(11, 30522);
            assertThat(file.metadata()).containsEntry("pair", "It purred.");
        }
        assertThat(json(Files.readString(temp.resolve("a.json"))).getAsJsonArray("attention"))
                .hasSize(12);
        assertThat(temp.resolve("a.html")).content().contains("<!doctype html>", "It purred.");
        try (Stream<Path> pictures = Files.list(temp.resolve("pictures"))) {
            assertThat(pictures).hasSize(144);
        }
        assertThat(temp.resolve("pictures/Attention_Layer1_Head3.png")).exists();
    }

    @Test
    void whatTheModelCannotTakeIsReportedOnStandardError() {
        String out = temp.resolve("a.json").toString();
        Result result = Headlight.with("attention", "--layers", "1", "--heads", "1", "--out", out, "-")
                .run("The ship sailed over the sea. ".repeat(500));
        assertThat(result.ok().err())
                .contains("The whole text doesn't fit into the model")
                .hasLineCount(1);
    }

    @Test
    void webPrintsItsAddressFirstAndServesThePage() throws Exception {
        Process process = Headlight.with("web", "--no-browser", TEXT).start(temp.resolve("err"));
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String url = out.readLine();
            assertThat(url).matches("http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{64}/#inspection=1");
            assertThat(out.readLine()).startsWith("1. A person who never made a ");
            HttpClient client = HttpClient.newHttpClient();
            URI page = URI.create(url.replaceFirst("#.*", ""));
            assertThat(client.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                            .body())
                    .contains("<title>Headlight</title>");
            URI data = page.resolve("api/inspections/1");
            assertThat(json(client.send(HttpRequest.newBuilder(data).build(), BodyHandlers.ofString())
                                    .body())
                            .get("text")
                            .getAsString())
                    .isEqualTo(TEXT);
        } finally {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS))
                    .as("it ends on SIGTERM")
                    .isTrue();
        }
    }

    @Test
    @DisabledOnOs(
            value = {OS.WINDOWS, OS.MAC},
            disabledReason = "the browser that records is started as on Linux")
    void theBrowserGetsAOneTimeAddressWithoutTheKey() throws Exception {
        Path seen = temp.resolve("seen");
        Path browser = Files.createDirectories(temp.resolve("bin")).resolve("xdg-open");
        Files.writeString(
                browser,
                "#!/bin/sh\ntr '\\0' '\\n' < /proc/$$/cmdline > " + seen + ".part\nmv " + seen + ".part " + seen
                        + "\n");
        assertThat(browser.toFile().setExecutable(true)).isTrue();
        Process process = Headlight.with("web", TEXT)
                .environment("PATH", browser.getParent() + ":" + System.getenv("PATH"))
                .environment("DISPLAY", ":99")
                .start(temp.resolve("err"));
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String url = out.readLine();
            String token = URI.create(url).getPath().replace("/", "");
            while (process.isAlive() && !Files.exists(seen)) {
                Thread.sleep(20);
            }
            String arguments = Files.readString(seen);
            assertThat(arguments).doesNotContain(token);
            String given = arguments
                    .lines()
                    .filter(argument -> argument.startsWith("http"))
                    .findFirst()
                    .orElseThrow();
            HttpClient client = HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();
            HttpRequest open = HttpRequest.newBuilder(URI.create(given)).build();
            HttpResponse<String> first = client.send(open, BodyHandlers.ofString());
            assertThat(first.body()).contains("<title>Headlight</title>");
            assertThat(first.uri()).hasToString(url);
            assertThat(client.send(open, BodyHandlers.ofString()).statusCode()).isEqualTo(410);
            assertThat(Files.readString(temp.resolve("err"))).doesNotContain(token);
        } finally {
            process.destroy();
            process.waitFor(20, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endingTheProcessLeavesNoPartialFile(boolean killed) throws Exception {
        Path model = new RandomCheckpoint(6, 12, 192, 30_522).in(temp.resolve("model"));
        Path out = temp.resolve("out/a.json");
        Process process = Headlight.with("attention", "--model", model.toString(), "--out", out.toString(), "-")
                .start(temp.resolve("err"));
        process.getOutputStream()
                .write("The ship sailed over the sea. ".repeat(60).getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        while (process.isAlive() && !partWritten(out.getParent())) {
            Thread.sleep(5);
        }
        assertThat(process.isAlive()).as("it still writes").isTrue();
        if (killed) {
            process.destroyForcibly().waitFor();
            assertThat(out).doesNotExist();
        } else {
            process.destroy(); // as Ctrl+C does
            process.waitFor();
            assertThat(out.getParent()).isEmptyDirectory();
        }
    }

    private static boolean partWritten(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (Files.size(file) > 100_000) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void librariesAreUnpackedAgainAfterAKillAndLeftoversAreRemoved() throws Exception {
        Path cache = temp.resolve("cache");
        Headlight predict =
                Headlight.with("predict", TEXT).fromClassPath().environment("HEADLIGHT_CACHE", cache.toString());
        Process first = predict.start(temp.resolve("err"));
        while (first.isAlive() && unpacking(cache).isEmpty()) {
            Thread.sleep(5);
        }
        first.destroyForcibly().waitFor();
        assertThat(unpacking(cache)).isNotEmpty();
        assertThat(predict.run().ok().out()).startsWith("1. ");
        assertThat(unpacking(cache)).isEmpty();
    }

    /** Folders that libraries are being unpacked into, before they get their name. */
    private static List<Path> unpacking(Path cache) throws IOException {
        if (!Files.exists(cache)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(cache, 4)) {
            return all.filter(path -> path.getFileName().toString().startsWith("tmp"))
                    .toList();
        } catch (java.io.UncheckedIOException e) {
            return List.of(); // it changed in the meantime
        }
    }

    @Test
    void anUnwritableCacheIsAClearError() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");
        Headlight.with("predict", TEXT)
                .fromClassPath()
                .environment("HEADLIGHT_CACHE", file.toString())
                .run()
                .failed(1, "set HEADLIGHT_CACHE to a writable folder");
    }
}
