package dev.headlight.natives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts the libraries of a platform, from the class path, into a distribution: {@code InstallLibraries
 * target/headlight/lib/native linux-x86_64}. A step of the build; files that are there already stay.
 */
final class InstallLibraries {
    private InstallLibraries() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        List<Path> expected = new ArrayList<>();
        for (String name : List.of("pytorch", "tokenizers")) {
            List<Library> published = Library.published(name, arguments[1]);
            List<Library> shipped = Library.shipped(name, arguments[1]);
            for (int i = 0; i < shipped.size(); i++) {
                Path file = folder.resolve(shipped.get(i).folder())
                        .resolve(shipped.get(i).file());
                install(published.get(i), shipped.get(i), file);
                expected.add(file);
            }
        }
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                if (expected.stream().noneMatch(file -> file.startsWith(path))) {
                    Files.delete(path); // another platform's
                }
            }
        }
    }

    private static void install(Library published, Library shipped, Path file) throws IOException {
        if (Files.exists(file) && Sums.of(file).equals(Sums.of(shipped))) {
            return;
        }
        Files.createDirectories(file.getParent());
        Path whole = file.resolveSibling("tmp-" + shipped.file());
        try (InputStream in = published.open()) {
            Files.copy(in, whole, StandardCopyOption.REPLACE_EXISTING);
        }
        require(published, whole);
        Path loaded = whole;
        if (published.bytes() != shipped.bytes()) {
            loaded = file.resolveSibling("tmp-loaded-" + shipped.file());
            Files.deleteIfExists(loaded);
            Elf.write(whole, loaded);
            require(shipped, loaded);
            Files.delete(whole);
        }
        Files.move(loaded, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void require(Library library, Path file) throws IOException {
        if (!Sums.of(file).equals(Sums.of(library))) {
            throw new IOException(file + " is not the " + library.file() + " of libraries.tsv");
        }
    }
}
