package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The set-ups of docs/editors, in real editors. {@code HEADLIGHT_NVIM} and {@code HEADLIGHT_EMACS} name others than
 * those on the path. Where {@code CI} is set an editor that is missing is a failure.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the editors are run from Debian’s packages")
class EditorsTest {
    private static final Path SERVER = Path.of(
                    System.getProperty("headlight.home", "target/headlight"), "bin/headlight")
            .toAbsolutePath();
    private static final Path DOCS = Path.of("../docs/editors").toAbsolutePath().normalize();
    private static final String BLANK = "The capital of France is ____.";
    private static final String FILLED = "The capital of France is Paris.";
    private static final int SECONDS = 60;

    @TempDir
    Path temp;

    private static <T> T missing(String what) {
        String sentence = "NOT TESTED: " + what + " is missing; see .ci/run.";
        System.err.println(sentence);
        return System.getenv("CI") == null ? abort(sentence) : fail(sentence);
    }

    private static String program(String variable, String name) {
        Optional<String> named = Optional.ofNullable(System.getenv(variable));
        if (named.filter("unreachable"::equals).isPresent()) {
            abort("NOT TESTED: " + name + "’s packages can't be reached from here.");
        }
        return named.or(() -> List.of(System.getenv("PATH").split(":")).stream()
                        .map(folder -> Path.of(folder, name))
                        .filter(Files::isExecutable)
                        .map(Path::toString)
                        .findFirst())
                .orElseGet(() -> missing(name));
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(Redirect.appendTo(temp.resolve("err").toFile()))
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out.strip();
    }

    @Test
    void emacsReplacesABlankWhereverTheCursorIs() throws Exception {
        String emacs = program("HEADLIGHT_EMACS", "emacs");
        List<String> command = new ArrayList<>(List.of(emacs, "--batch"));
        command.addAll(List.of(
                "--load",
                Path.of("src/test/resources/editors/complete.el")
                        .toAbsolutePath()
                        .toString()));
        command.addAll(List.of(
                SERVER.toString(),
                Files.writeString(temp.resolve("note.txt"), BLANK).toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(Redirect.to(temp.resolve("err").toFile()))
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String log = Files.readString(temp.resolve("err"));
        if (process.waitFor() == 3 && log.contains("no eglot")) {
            missing("eglot");
        }
        assertThat(out.lines()).as(log).containsExactly(FILLED, FILLED, FILLED);
    }

    @Test
    void neovimShowsHintsAndReplacesABlankWhereverTheCursorIs() throws Exception {
        String neovim = program("HEADLIGHT_NVIM", "nvim");
        Path socket = temp.resolve("socket");
        Path init = Files.writeString(
                temp.resolve("init.lua"),
                "package.path = '" + DOCS + "/?.lua;' .. package.path\n"
                        + "vim.o.completeopt = 'menuone,noselect'\n"
                        + "require('headlight').setup({ cmd = { '" + SERVER + "', 'lsp' } })\n");
        ProcessBuilder builder = new ProcessBuilder(
                neovim,
                "--headless",
                "--listen",
                socket.toString(),
                "-u",
                init.toString(),
                "-n",
                Files.writeString(temp.resolve("note.txt"), BLANK).toString());
        List.of("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
                .forEach(name ->
                        builder.environment().put(name, temp.resolve("home").toString()));
        Path log = temp.resolve("log");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            Neovim editor = new Neovim(neovim, socket);
            editor.until(
                    "luaeval('vim.lsp.inlay_hint ~= nil and #vim.lsp.inlay_hint.get({bufnr = 0}) or 0')", "1"::equals);
            assertThat(editor.ask("json_encode(luaeval('vim.lsp.inlay_hint.get({bufnr = 0})[1].inlay_hint.label'))"))
                    .contains("\"Paris\"");
            String list = editor.ask("exists('&completefunc') && &completefunc =~ 'headlight' ? 'u' : 'o'");
            for (int column : new int[] {30, 28, 26}) { // after, inside and before the blank
                Thread.sleep(400); // a change waits until 150 ms after the last, unless something asks for it
                editor.type("<Esc>1Gcc" + BLANK + "<Esc>" + column + "|i<C-x><C-" + list + ">");
                editor.until("pumvisible()", "1"::equals);
                editor.type("<C-n><C-y>");
                editor.until("getline(1)", FILLED::equals);
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroyForcibly().waitFor();
        }
    }

    /** An editor that runs, driven from outside like by a person at its keyboard. */
    private final class Neovim {
        private final String program;
        private final Path socket;

        Neovim(String program, Path socket) {
            this.program = program;
            this.socket = socket;
        }

        String ask(String expression) throws Exception {
            return run(program, "--server", socket.toString(), "--remote-expr", expression);
        }

        void type(String keys) throws Exception {
            run(program, "--server", socket.toString(), "--remote-send", keys);
        }

        void until(String expression, Predicate<String> wanted) throws Exception {
            String answer = "";
            for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS); System.nanoTime() < end; ) {
                if (Files.exists(socket)) {
                    answer = ask(expression);
                    if (wanted.test(answer)) {
                        return;
                    }
                }
                Thread.sleep(200);
            }
            fail(expression + " is " + answer + " after " + SECONDS + " s");
        }
    }
}
