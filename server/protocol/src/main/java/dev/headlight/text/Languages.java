package dev.headlight.text;

import java.util.List;
import java.util.Set;

/** Languages of documents, by LSP's identifiers. */
public final class Languages {
    /** Those whose blanks clients look for, unless the user chooses others. */
    public static final List<String> DEFAULT = List.of(
            "markdown",
            "plaintext",
            "latex",
            "restructuredtext",
            "asciidoc",
            "java",
            "javascript",
            "javascriptreact",
            "typescript",
            "typescriptreact",
            "python",
            "c",
            "cpp",
            "csharp",
            "go",
            "rust",
            "kotlin",
            "ruby",
            "php",
            "html",
            "xml",
            "yaml");

    private static final Set<String> PROSE = Set.of(
            "plaintext",
            "text",
            "markdown",
            "mdx",
            "latex",
            "tex",
            "restructuredtext",
            "asciidoc",
            "org",
            "typst",
            "quarto",
            "rmd");

    private static final Set<String> OTHER_TEXT = Set.of("bibtex", "html", "xml", "git-commit", "scminput");

    private Languages() {}

    /** Whether documents are written as prose. Opening one starts the server. */
    public static boolean isProse(String language) {
        return PROSE.contains(language);
    }

    /** Whether blanks count everywhere in a document. In programs they count only in comments and strings. */
    public static boolean isText(String language) {
        return isProse(language) || OTHER_TEXT.contains(language);
    }
}
