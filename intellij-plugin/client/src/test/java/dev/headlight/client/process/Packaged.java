package dev.headlight.client.process;

import dev.headlight.client.JavaRuntime;
import dev.headlight.client.Launch;
import dev.headlight.client.Word;
import dev.headlight.client.Words;
import dev.headlight.text.Span;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The packaged server, and a text for it. */
final class Packaged {
    static final String NOTE = "file:///note.md";

    static final String TEXT = "He opened the [MASK] and looked into the room.\n"
            + "naïve 🙂 She closed the ____ behind her.\n"
            + "The quick brown fox.\n";

    static final Span FIRST_LINE = new Span(0, 46);

    static final Span FIRST_BLANK = new Span(14, 20);

    static final Path HOME = Path.of(System.getProperty("headlight.home"));

    private Packaged() {}

    static Launch launch(Path home, JavaRuntime java, String model, Path log) {
        return new Launch(home, java, "", model, "float32", 3, log);
    }

    static List<ProcessHandle> servers() {
        return ProcessHandle.current().descendants().toList();
    }

    static <T> T get(CompletableFuture<T> answer) throws Exception {
        return answer.get(60, TimeUnit.SECONDS);
    }

    static List<String> texts(Words words) {
        return words.words().stream().map(Word::text).toList();
    }
}
