package dev.headlight.intellij;

import com.intellij.openapi.vfs.VirtualFile;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Files by what LSP calls their languages; by their endings, which are the same in every IDE. */
final class Languages {
    /** What is written for people: such a text starts the server by itself. */
    private static final Set<String> PROSE = Set.of("markdown", "plaintext", "latex", "restructuredtext", "asciidoc");

    private static final Map<String, String> ENDINGS = Map.ofEntries(
            Map.entry("md", "markdown"),
            Map.entry("markdown", "markdown"),
            Map.entry("txt", "plaintext"),
            Map.entry("tex", "latex"),
            Map.entry("rst", "restructuredtext"),
            Map.entry("adoc", "asciidoc"),
            Map.entry("java", "java"),
            Map.entry("kt", "kotlin"),
            Map.entry("kts", "kotlin"),
            Map.entry("js", "javascript"),
            Map.entry("mjs", "javascript"),
            Map.entry("jsx", "javascriptreact"),
            Map.entry("ts", "typescript"),
            Map.entry("tsx", "typescriptreact"),
            Map.entry("py", "python"),
            Map.entry("c", "c"),
            Map.entry("h", "c"),
            Map.entry("cc", "cpp"),
            Map.entry("cpp", "cpp"),
            Map.entry("hpp", "cpp"),
            Map.entry("cs", "csharp"),
            Map.entry("go", "go"),
            Map.entry("rs", "rust"),
            Map.entry("rb", "ruby"),
            Map.entry("php", "php"),
            Map.entry("html", "html"),
            Map.entry("xml", "xml"),
            Map.entry("yaml", "yaml"),
            Map.entry("yml", "yaml"));

    private Languages() {}

    static Optional<String> of(VirtualFile file) {
        String ending = file.getExtension();
        return ending == null ? Optional.empty() : Optional.ofNullable(ENDINGS.get(ending.toLowerCase(Locale.ROOT)));
    }

    static boolean isProse(String language) {
        return PROSE.contains(language);
    }
}
