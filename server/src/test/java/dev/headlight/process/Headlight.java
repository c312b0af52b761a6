package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The program as it was packaged, run as a person runs it. */
final class Headlight {
    private static final Path HOME = Path.of(System.getProperty("headlight.home", "target/headlight"));
    private static final int SECONDS = 120;

    private final Map<String, String> environment = new HashMap<>();
    private final List<String> arguments;
    private final List<String> before = new ArrayList<>();
    private List<String> program = List.of(launcher(HOME));
    private Path folder;

    private Headlight(List<String> arguments) {
        this.arguments = arguments;
    }

    /** What came of a run. */
    record Result(int code, String out, String err) {
        Result ok() {
            assertThat(code).as(err).isZero();
            return this;
        }

        /** That it failed with one sentence and nothing else. */
        void failed(int expected, String because) {
            assertThat(code).as(out + err).isEqualTo(expected);
            assertThat(out).isEmpty();
            assertThat(err).contains(because).endsWith(".\n").hasLineCount(1).doesNotContain("Exception", "\tat ");
        }
    }

    static Headlight with(String... arguments) {
        return new Headlight(List.of(arguments));
    }

    Headlight environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Removes an inherited environment variable. */
    Headlight without(String name) {
        environment.put(name, null);
        return this;
    }

    /** From a folder. */
    Headlight in(Path working) {
        folder = working;
        return this;
    }

    /** Of a distribution in another folder. */
    Headlight of(Path home) {
        program = List.of(launcher(home));
        return this;
    }

    /** Without a distribution: the classes and libraries of the class path, as a job on Spark has them. */
    Headlight fromClassPath(String... options) {
        program = Stream.of(
                        Stream.of(Path.of(System.getProperty("java.home"), "bin/java")
                                .toString()),
                        Stream.of("@" + HOME.resolve("lib/java.options").toAbsolutePath()),
                        Stream.of(options),
                        Stream.of("-cp", System.getProperty("java.class.path"), "dev.headlight.cli.Main"))
                .flatMap(words -> words)
                .toList();
        return this;
    }

    /** A distribution in another folder, its own jar with links to this one's files, without some that lib holds. */
    static Path copy(Path home, String... without) throws IOException {
        Files.createDirectories(home.resolve("lib"));
        try (Stream<Path> files = Files.list(HOME.resolve("lib"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path there = home.resolve("lib").resolve(file.getFileName());
                if (file.endsWith("headlight.jar")) {
                    Files.copy(file, there); // Java follows a link, and finds the rest beside its target
                } else if (!List.of(without).contains(file.getFileName().toString())) {
                    Files.createSymbolicLink(there, file.toAbsolutePath());
                }
            }
        }
        Files.createDirectories(home.resolve("bin"));
        Files.copy(HOME.resolve("bin/headlight"), home.resolve("bin/headlight"), StandardCopyOption.COPY_ATTRIBUTES);
        return home;
    }

    private static String launcher(Path home) {
        String name = System.getProperty("os.name").startsWith("Windows") ? "headlight.bat" : "headlight";
        return home.resolve("bin").resolve(name).toAbsolutePath().toString();
    }

    /** By another program, such as one that makes it another user's. */
    Headlight by(String... command) {
        before.addAll(List.of(command));
        return this;
    }

    /** Starts it; its standard error goes to a file. */
    Process start(Path err) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.addAll(program);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.to(err.toFile()));
        if (folder != null) {
            builder.directory(folder.toFile());
        }
        environment.forEach((name, value) -> {
            if (value == null) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        return builder.start();
    }

    Result run() {
        return run("");
    }

    /** Runs it to its end. */
    Result run(String input) {
        try {
            Path err = Files.createTempFile("headlight", ".err");
            Process process = start(err);
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // it ended without reading
            }
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
            Result result = new Result(process.exitValue(), out, Files.readString(err));
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
