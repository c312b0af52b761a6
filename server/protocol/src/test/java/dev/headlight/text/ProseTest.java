package dev.headlight.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProseTest {
    private static List<String> prose(String language, String text) {
        return Prose.pieces(text, language).stream()
                .map(piece -> piece.of(text))
                .toList();
    }

    @Test
    void aTextDocumentIsAllProse() {
        assertThat(prose("markdown", "# A\n`b`")).containsExactly("# A\n`b`");
    }

    @Test
    void consecutiveLineCommentsAreOnePiece() {
        assertThat(prose("java", "a();\n  // one\n  // two\nb(); // three"))
                .containsExactly("// one\n  // two", "// three");
        assertThat(prose("python", "# one\r\n# two\r\nx = 1")).containsExactly("# one\r\n# two");
        assertThat(prose("sql", "-- one\nSELECT 1 -- two")).containsExactly("-- one", "-- two");
    }

    @Test
    void blockCommentsAndStringsArePieces() {
        assertThat(prose("java", "/* a\n * b */ x(\"c \\\" d\", 'e');"))
                .containsExactly("/* a\n * b */", "c \\\" d", "e");
        assertThat(prose("python", "\"\"\"doc\nmore\"\"\"\ny = 'z'")).containsExactly("doc\nmore", "z");
    }

    @Test
    void aLoneQuoteStartsNothing() {
        assertThat(prose("rust", "fn f<'a>(x: i32) { }\n// it's here")).containsExactly("// it's here");
    }

    @Test
    void anUnclosedBlockExtendsToTheEnd() {
        assertThat(prose("java", "x /* never closed")).containsExactly("/* never closed");
    }

    @RepeatedTest(100)
    void piecesAreInOrderAndWithinAnyText(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String[] tokens = {"//", "/*", "*/", "\"", "'", "\\", "\n", "\r\n", "a", " ", "#", "`", "\"\"\"", "<!--", "-->"
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            text.append(tokens[random.nextInt(tokens.length)]);
        }
        int before = 0;
        for (var piece : Prose.pieces(text.toString(), "java")) {
            assertThat(piece.start()).isGreaterThanOrEqualTo(before);
            assertThat(piece.end()).isLessThanOrEqualTo(text.length());
            before = piece.end();
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void aHugeLineTakesLinearTime() {
        assertThat(prose("javascript", "f(\"a\",'b');".repeat(200_000))).hasSize(400_000);
        assertThat(prose("javascript", "f('a".repeat(500_001))).hasSize(250_000);
    }

    private static List<String> lines(String language, String text) {
        List<Span> pieces = Prose.pieces(text, language);
        return Prose.blanks(text, language, pieces).stream()
                .map(blank -> text.substring(text.lastIndexOf('\n', blank.start()) + 1, blank.end()))
                .toList();
    }

    private static int blanks(String language, String text) {
        return Prose.blanks(text, language, Prose.pieces(text, language)).size();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plaintext text markdown gfm pandoc markdown.mdx rst restructuredtext gitcommit git-commit mail plaintex context"
                        + " tex latex asciidoc asciidoctor org norg typst textile mediawiki vimwiki creole rnoweb rmarkdown"
                        + " help jjdescription fountain none fundamental code-text-binary search-result log csv jupyter"
                        + " tex.latex Markdown markdown-ts-mode text-mode brandnew"
            })
    void proseIsKnownByTheNamesThatEditorsSend(String names) {
        for (String name : (names + " ").split(" ", -1)) {
            assertThat(blanks(name, "I like ____ books.")).as(name).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings =
                    "xhtml handlebars vue svelte djangohtml eruby docbook dita svg html xml astro jinja-html blade twig")
    void pagesAreKnownByTheNamesThatEditorsSend(String names) {
        for (String name : names.split(" ")) {
            assertThat(blanks(name, "<p>I like ____ books.</p>"))
                    .as(name)
                    .isEqualTo(name.matches("blade|twig") ? 0 : 1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '~',
            value = {
                "sh bash zsh fish shellscript make makefile Dockerfile dockerfile ps1 jproperties conf cfg ini terraform hcl nix"
                        + " tcl awk graphql coffeescript gitignore ignore php crystal gdscript starlark bzl cython python-ts"
                        + " python-ts-mode perl6 raku elvish nushell just meson dockercompose yaml.docker-compose sshconfig"
                        + " snippets r julia toml | # The ____ of the list.",
                "emacs-lisp emacs-lisp-mode elisp lisp racket fennel | ;; The ____ of the list.",
                "asm dosini ini | ; The ____ of the list.",
                "vim viml | \" The ____ of the list.",
                "fortran fortran90 f90-mode | ! The ____ of the list.",
                "vb | ' The ____ of the list.",
                "bat | REM The ____ of the list.",
                "ocaml fsharp coq pascal | (* The ____ of the list. *)",
                "pascal | { The ____ of the list. }",
                "lean | /- The ____ of the list. -/",
                "agda vhdl purescript idris applescript lua sql elm haskell ada | -- The ____ of the list.",
                "octave matlab erlang | % The ____ of the list.",
                "cobol | * The ____ of the list.",
                "apl | ⍝ The ____ of the list.",
                "java kotlin c cpp c++-mode js-mode go rust zig swift dart | // The ____ of the list.",
                "css sql java | /* The ____ of the list. */",
                "json jsonc | [\"The ____ of the list.\"]",
            })
    void commentsAreKnownByTheNamesThatEditorsSend(String names, String text) {
        for (String name : names.split(" ")) {
            assertThat(blanks(name, text + "\n")).as(name).isEqualTo(1);
        }
    }

    @Test
    void commentsAndStringsOfLanguagesWithFormsOfTheirOwn() {
        assertThat(blanks("lua", "--[[\nThe ____ of the list.\nIt is ____.\n]]\nx = [[a ____ b]]\n"))
                .isEqualTo(3);
        assertThat(blanks("ruby", "=begin\nThe ____ of the list.\n=end\n____ = 1\n"))
                .isEqualTo(1);
        assertThat(blanks("perl", "=pod\n\nThe ____ of the list.\n\n=cut\n$x = ____;\n"))
                .isEqualTo(1);
        assertThat(blanks("python", "r\"\"\"Raw ____ doc.\"\"\"\n")).isEqualTo(1);
        assertThat(blanks(
                        "rust",
                        "//! The ____ of it.\nfn f<'a>(x: &'a str, q: char = '\"') { let s = \"a ____ b\"; }\n"))
                .isEqualTo(2);
        assertThat(blanks("javascript", "const r = /\"/; // The ____ of the list.\n"))
                .isEqualTo(1);
        assertThat(blanks("javascript", "const s = `The ____ of ${x} list.\nIt is ____ too.`;\n"))
                .isEqualTo(2);
        assertThat(blanks("c", "char c = '\"'; /* The ____ of\n * the ____ list. */\n"))
                .isEqualTo(2);
        assertThat(blanks("cpp", "auto s = R\"(The \" ____ of the list.)\";")).isEqualTo(1);
        assertThat(blanks("cs", "var s = @\"The ____ of the \\\";  // ____ x\n"))
                .isEqualTo(2);
        assertThat(blanks("sql", "SELECT 'The ____ of the list' -- the ____ row\n"))
                .isEqualTo(2);
        assertThat(blanks("go", "// The ____ of the list.\nvar s = `raw ____ text`\n"))
                .isEqualTo(2);
        assertThat(blanks("bash", "echo $# ${a#b} ____ # The ____ here\n")).isEqualTo(1);
        assertThat(blanks("haskell", "{- a {- ____ b -} the ____ c -} f x' = ____\n"))
                .isEqualTo(2);
        assertThat(blanks("java", "String s = \"Dear\\n____ and friends\";")).isEqualTo(1);
        assertThat(blanks("java", "int ____ = 3;\n// ______\n")).isZero();
    }

    @Test
    void aTemplateIsProseAndItsScriptIsAProgram() {
        assertThat(lines(
                        "vue",
                        "<template>\n<p>I like ____ books</p>\n</template>\n<script>\nconst ____ = 1; // the ____ x\n"
                                + "</script>\n<style>\n.____ {} /* a ____ b */\n</style>\n<p>and ____ too</p>"))
                .containsExactly("<p>I like ____", "const ____ = 1; // the ____", ".____ {} /* a ____", "<p>and ____");
        assertThat(blanks("html", "<!-- ____ a -->\n<p>The ____ of it</p><a href=https://x.org/____/>"))
                .isEqualTo(2);
    }

    @Test
    void underscoresAndMasksOfMarkdownThatAreNoBlanks() {
        assertThat(blanks("markdown", "---\ntitle: The ____ of it\n---\nA ____ here.\n"))
                .isEqualTo(1);
        assertThat(blanks("markdown", "A\n\n____\n\n___ ___\n")).isZero();
        assertThat(blanks("markdown", "It is ___*important*___ and ___`code`___ and ___\"so\"___.\n"))
                .isZero();
        assertThat(blanks("markdown", "It is ___. And \"____\" is ____, too.\n"))
                .isEqualTo(3);
        assertThat(blanks("markdown", "Use `a ____ b` or ``[MASK] ` x`` for a ____ text.\n"))
                .isEqualTo(1);
        assertThat(blanks("markdown", "```\nx = ____ y\n```\n- ~~~ text\n  a [MASK]\n  ~~~\nA ____ b.\n"))
                .isEqualTo(1);
        assertThat(blanks("markdown", "<!-- todo ____ x -->\nSee https://x.org/___/y and a ____ b.\n"))
                .isEqualTo(1);
        assertThat(blanks("markdown", "```\nnever closed ____ x\n")).isZero();
    }

    @Test
    void fieldsOfFormsAreNoBlanks() {
        assertThat(blanks(
                        "plaintext",
                        "Name: ________\nFirst name: ____   Date of birth: ________\nPlace: ____, Date: ____\n"))
                .isZero();
        assertThat(blanks(
                        "plaintext", "He said: I am ____.\nThe capital of the country is: ____\nNote: ____ is nice.\n"))
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Name: ____",
                "  name: ____",
                "- First name: ____",
                "1. Place of birth: ____",
                "| Name: ____ | Date: ____ |",
                "Place: ____, date: ____",
                "Name:____  Phone no.: ____",
                "Signature: ____....",
                "☐ Other: ____",
                "Mother’s name: ____",
                "May: ____",
                "Geburtsort: ____"
            })
    void aLabelWithUnderscoresIsAField(String line) {
        assertThat(blanks("plaintext", line + "\n")).isZero();
        assertThat(blanks("markdown", "Some text.\n\n" + line + "\n")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "It is: ____",
                "- This was: ____",
                "My favourite, of course: ____",
                "He said: ____",
                "That’s: ____",
                "Es ist: ____",
                "Answer: ____.",
                "Result: a ____ one",
                "The rest is easy - yes: ____",
                "Name: [MASK]"
            })
    void aSentenceWithAColonIsNoField(String line) {
        assertThat(blanks("plaintext", line + "\n")).isEqualTo(1);
        assertThat(blanks("markdown", "Some text.\n\n" + line + "\n")).isEqualTo(1);
    }

    @Test
    void formatsHaveCodeAndFormulasThatAreNoProse() {
        assertThat(blanks("rst", "Title\n_____\n\nA ____ here::\n\n    x = ____ y\n\nAnd ``a ____ b`` a ____ c.\n"))
                .isEqualTo(2);
        assertThat(blanks("rst", ".. note::\n\n   The ____ here.\n\n.. code-block:: c\n\n   a ____ b\n"))
                .isEqualTo(1);
        assertThat(blanks(
                        "latex",
                        "A ____ in $x = ____ y$ costs \\$5 a ____.\n\\begin{verbatim}\n a ____ b\n\\end{verbatim}\n"
                                + "\\[ ____ + 1 \\] and \\verb|a ____ b|.\n"))
                .isEqualTo(2);
        assertThat(blanks("asciidoc", "A ____ here.\n\n----\na ____ b\n----\nAnd ____ there.\n"))
                .isEqualTo(2);
        assertThat(blanks("org", "A ____ here.\n#+BEGIN_SRC c\na ____ b\n#+END_SRC\nAnd ____ there.\n"))
                .isEqualTo(2);
        assertThat(
                        blanks(
                                "gitcommit",
                                "I like ____ books.\n# the ____ here\n# ------------------------ >8 ------------------------\n+ a ____ b\n"))
                .isEqualTo(2);
    }

    @Test
    void anUnknownLanguageHasBlanksWhereALineReadsLikeProse() {
        for (String text : List.of("# The ____ of the list.", "I like [MASK] books.", "(* The ____ of the list. *)")) {
            assertThat(blanks("brandnew", text)).as(text).isEqualTo(1);
        }
        for (String text : List.of(
                "let ____ = value", "f(____, g(x))", "x => ____ + 1", "____", "for ____ in list {", "a ____;")) {
            assertThat(blanks("brandnew", text)).as(text).isZero();
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"\"a ", "' \" ", "x \"\\\" ", "` ", "$ ", "[a](", "<script ", "___*x "})
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void aMegabyteOfUnclosedMarksTakesLinearTime(String mark) {
        int length = mark.contains("___") ? 60_000 : 1_200_000; // each blank is looked at
        String line = mark.repeat(length / mark.length());
        for (String language :
                List.of("javascript", "rust", "sh", "markdown", "latex", "rst", "vue", "brandnew", "haskell")) {
            blanks(language, line);
        }
    }
}
