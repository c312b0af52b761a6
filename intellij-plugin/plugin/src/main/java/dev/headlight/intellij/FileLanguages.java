package dev.headlight.intellij;

import com.intellij.openapi.vfs.VirtualFile;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** LSP language identifiers by file extension, which works the same in every IDE. */
final class FileLanguages {
    static final Map<String, String> EXTENSIONS = Map.ofEntries(
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

    private FileLanguages() {}

    static Optional<String> of(VirtualFile file) {
        String extension = file.getExtension();
        return extension == null
                ? Optional.empty()
                : Optional.ofNullable(EXTENSIONS.get(extension.toLowerCase(Locale.ROOT)));
    }
}
