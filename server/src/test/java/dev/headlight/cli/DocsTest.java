package dev.headlight.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What the docs say is there: commands, options, files, headings. */
class DocsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /** A command, at the beginning of a line or of code, or after another one. */
    private static final Pattern COMMAND =
            Pattern.compile("(?m)(^ *(?:\\$ )?|`|&& |\\| )(?:[A-Z_]+=\\S+ )?(?:[\\w./-]*/)?headlight (?=[a-z-])");

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|\\b(?:src|srcset|href)=\"([^\"]+)\"");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");

    private static List<Path> docs() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            List<Path> found = Stream.concat(
                            Stream.of(ROOT.resolve("README.md"), ROOT.resolve("vscode-client/README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")))
                    .sorted()
                    .toList();
            assertThat(found).hasSizeGreaterThan(15);
            return found;
        }
    }

    @Test
    void everyCommandInTheDocsIsOneThatHeadlightTakes() throws IOException {
        List<String> wrong = new ArrayList<>();
        int whole = 0;
        int mentioned = 0;
        for (Path doc : docs()) {
            String text = Files.readString(doc);
            Matcher at = COMMAND.matcher(text);
            while (at.find()) {
                List<String> words = words(text, at.end());
                boolean mention = at.group(1).equals("`");
                String problem = mention ? unknown(words) : refused(words);
                if (!problem.isEmpty()) {
                    wrong.add(ROOT.relativize(doc) + ": headlight " + String.join(" ", words) + ": " + problem);
                }
                if (mention) {
                    mentioned++;
                } else {
                    whole++;
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(whole).isGreaterThan(15);
        assertThat(mentioned).isGreaterThan(40);
    }

    @Test
    void everyCommandOfTheDemoIsOneThatHeadlightTakes() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/demo/index.html"));
        String commands = page.replaceFirst("(?s).*<pre[^>]*>", "headlight --version\n")
                .replaceFirst("(?s)</pre>.*", "")
                .replace("&quot;", "\"")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&");
        Matcher at = COMMAND.matcher(commands);
        int count = 0;
        while (at.find()) {
            assertThat(refused(words(commands, at.end()))).isEmpty();
            count++;
        }
        assertThat(count).isGreaterThan(7);
    }

    @Test
    void everyExampleInTheHelpIsOneThatHeadlightTakes() {
        List<String> examples = Stream.concat(Stream.of(headlight()), headlight().getSubcommands().values().stream())
                .flatMap(command ->
                        Stream.of(command.getCommandSpec().usageMessage().footer()))
                .filter(line -> line.startsWith("  headlight "))
                .toList();
        assertThat(examples).hasSizeGreaterThan(15);
        assertThat(examples)
                .allSatisfy(example -> assertThat(refused(words(example, "  headlight ".length())))
                        .isEmpty());
    }

    @Test
    void anOptionThatIsNotThereIsFound() {
        assertThat(refused(List.of("predict", "--tpo", "3", "a ____"))).contains("--tpo");
        assertThat(refused(List.of("web", "--port", "x"))).contains("--port");
        assertThat(unknown(List.of("corpus", "--outt"))).contains("--outt");
        assertThat(unknown(List.of("modles"))).contains("modles");
        assertThat(words("web \"a 'b' c\" \\\n  --port 1 # why", 0)).containsExactly("web", "a 'b' c", "--port", "1");
    }

    private static CommandLine headlight() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
        return Main.whole(new Io(new ByteArrayInputStream(new byte[0]), nowhere, nowhere))
                .setExpandAtFiles(false);
    }

    /** Why a whole command is refused; empty if it isn't. */
    private static String refused(List<String> words) {
        try {
            headlight().parseArgs(words.toArray(String[]::new));
            return "";
        } catch (ParameterException e) {
            return e.getMessage();
        }
    }

    /** What a command has not, of which prose names some words. */
    private static String unknown(List<String> words) {
        CommandLine command = headlight();
        for (String word : words) {
            CommandLine sub = command.getSubcommands().get(word);
            if (sub != null) {
                command = sub;
            } else if (command.getParent() == null && !word.startsWith("-")) {
                return "no command " + word;
            } else if (word.startsWith("--") && command.getCommandSpec().findOption(word) == null) {
                return "no option " + word;
            }
        }
        return "";
    }

    /** The words of a command, as a shell would read them, from a place in a text to the command's end. */
    private static List<String> words(String text, int from) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = from; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '\n';
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else if (c == '\\' && quote == '"') {
                    word.append(text.charAt(++i));
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (c == '\\') {
                i++; // the line goes on
            } else if (" \n`|;&<>".indexOf(c) >= 0) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
                if (c != ' ') {
                    break;
                }
            } else if (c == '#' && !inWord) {
                break;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        return words;
    }

    @Test
    void everyLinkInTheDocsLeadsToAFileAndAHeadingThatAreThere() throws IOException {
        List<String> wrong = new ArrayList<>();
        Map<Path, Set<String>> headings = new HashMap<>();
        int count = 0;
        for (Path doc : docs()) {
            Matcher link = LINK.matcher(FENCED.matcher(Files.readString(doc)).replaceAll(""));
            while (link.find()) {
                String address = link.group(1) != null ? link.group(1) : link.group(2);
                if (ELSEWHERE.matcher(address).matches()) {
                    continue;
                }
                count++;
                String[] parts = address.split("#", 2);
                Path file =
                        parts[0].isEmpty() ? doc : doc.resolveSibling(parts[0]).normalize();
                if (!Files.exists(file)) {
                    wrong.add(ROOT.relativize(doc) + ": " + address + ": no such file");
                } else if (parts.length == 2 && file.toString().endsWith(".md")) {
                    if (!headings.containsKey(file)) {
                        headings.put(file, headings(Files.readString(file)));
                    }
                    if (!headings.get(file).contains(parts[1])) {
                        wrong.add(ROOT.relativize(doc) + ": " + address + ": no such heading");
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(count).isGreaterThan(100);
    }

    /** The names of a page's headings, as GitHub makes them. */
    private static Set<String> headings(String page) {
        Set<String> names = new HashSet<>();
        Matcher heading = HEADING.matcher(FENCED.matcher(page).replaceAll(""));
        while (heading.find()) {
            String text = heading.group(1).replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
            names.add(text.toLowerCase(Locale.ROOT)
                    .codePoints()
                    .filter(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == ' ')
                    .mapToObj(c -> c == ' ' ? "-" : Character.toString(c))
                    .collect(Collectors.joining()));
        }
        return names;
    }
}
