package dev.headlight.text;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Languages of documents, by LSP's identifiers and those that editors send instead: Vim's file types, Emacs's modes,
 * names in any case, several joined by a dot.
 */
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

    /** Formats of prose, each with its names; the first is the one that has rules. */
    private static final Map<String, Kind> PROSE = names(Map.of(
            Kind.PLAIN,
            "plaintext text txt mail email help context textile mediawiki wiki vimwiki creole fountain jjdescription"
                    + " scminput search-result log csv bibtex bib fundamental none",
            Kind.MARKDOWN,
            "markdown mdx gfm pandoc quarto rmd rmarkdown markdown.mdx",
            Kind.LATEX,
            "latex tex plaintex rnoweb doctex",
            Kind.RESTRUCTURED_TEXT,
            "restructuredtext rst",
            Kind.ASCIIDOC,
            "asciidoc asciidoctor adoc",
            Kind.ORG,
            "org norg",
            Kind.TYPST,
            "typst typ",
            Kind.COMMIT,
            "gitcommit git-commit commit_editmsg"));

    private static final Set<String> MARKUP = Set.of(
            "html",
            "xhtml",
            "xml",
            "xsl",
            "xslt",
            "svg",
            "docbook",
            "dita",
            "vue",
            "vue-html",
            "svelte",
            "astro",
            "handlebars",
            "html.handlebars",
            "mustache",
            "djangohtml",
            "htmldjango",
            "django-html",
            "jinja",
            "jinja-html",
            "eruby",
            "erb",
            "aspnetcorerazor",
            "razor",
            "web",
            "mhtml",
            "nxml",
            "ftl");

    /** How a document is read. */
    enum Kind {
        PLAIN,
        MARKDOWN,
        LATEX,
        RESTRUCTURED_TEXT,
        ASCIIDOC,
        ORG,
        TYPST,
        COMMIT,
        /** Prose between tags. */
        MARKUP,
        /** Prose in comments and strings, by a {@link Syntax}. */
        CODE,
        /** Not known: prose where a line reads like prose. */
        UNKNOWN
    }

    private Languages() {}

    private static Map<String, Kind> names(Map<Kind, String> kinds) {
        return kinds.entrySet().stream()
                .flatMap(kind -> Stream.of(kind.getValue().split(" ")).map(name -> Map.entry(name, kind.getKey())))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** The forms in which a name may be known: as it is, without Emacs's suffixes, and the parts between dots. */
    static Stream<String> forms(String language) {
        String name = language.toLowerCase(Locale.ROOT).replaceFirst("(-ts)?(-mode)?$", "");
        return Stream.concat(Stream.of(name), name.indexOf('.') < 0 ? Stream.of() : Stream.of(name.split("\\.")));
    }

    static Kind kind(String language) {
        return forms(language)
                .flatMap(name -> PROSE.containsKey(name)
                        ? Stream.of(PROSE.get(name))
                        : MARKUP.contains(name)
                                ? Stream.of(Kind.MARKUP)
                                : Syntax.of(name).stream().map(syntax -> Kind.CODE))
                .findFirst()
                .orElse(Kind.UNKNOWN);
    }

    /** The syntax of a program. */
    static Syntax syntax(String language) {
        return forms(language)
                .flatMap(name -> Syntax.of(name).stream())
                .findFirst()
                .orElseThrow();
    }

    /** Whether a document is text as a whole, rather than a program with prose in its comments and strings. */
    public static boolean isText(String language) {
        return kind(language) != Kind.CODE;
    }
}
