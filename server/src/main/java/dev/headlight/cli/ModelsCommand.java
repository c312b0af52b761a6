package dev.headlight.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.headlight.UserException;
import dev.headlight.hub.Cached;
import dev.headlight.hub.Hub;
import dev.headlight.hub.download.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code headlight models}: lists, downloads and removes models. */
@Command(
        name = "models",
        description = "List, download and delete models.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {ModelsCommand.ListModels.class, ModelsCommand.Fetch.class, ModelsCommand.Remove.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  headlight models list",
            "  headlight models fetch google-bert/bert-base-uncased",
            "  headlight models remove google-bert/bert-base-uncased"
        })
final class ModelsCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Override
    public void run() {
        list(main.io(), false);
    }

    /** A line of the list; {@code problem} is empty if the model can be used. */
    private record Row(String name, String revision, long bytes, String type, Optional<String> problem) {
        static Row of(Cached model) {
            return new Row(
                    model.name().toString(),
                    model.commit().substring(0, Math.min(12, model.commit().length())),
                    model.bytes(),
                    Models.type(model),
                    Models.problem(model));
        }

        JsonObject json() {
            JsonObject json = new JsonObject();
            json.addProperty("name", name);
            json.addProperty("revision", revision);
            json.addProperty("bytes", bytes);
            json.addProperty("type", type);
            json.addProperty("usable", problem.isEmpty());
            problem.ifPresent(why -> json.addProperty("problem", why));
            return json;
        }

        List<String> cells() {
            return List.of(
                    name,
                    revision,
                    Bytes.text(bytes),
                    type,
                    problem.map(why -> "no: " + why).orElse("yes"));
        }
    }

    private static void list(Io io, boolean json) {
        Hub hub = Hub.ofProcess();
        List<Row> rows = new ArrayList<>();
        rows.add(new Row(Hub.EMBEDDED, "-", Hub.embeddedBytes(), "bert", Optional.empty()));
        hub.cached().stream().map(Row::of).forEach(rows::add);
        if (json) {
            JsonArray models = new JsonArray();
            rows.forEach(row -> models.add(row.json()));
            JsonObject answer = new JsonObject();
            answer.addProperty("cache", hub.cacheFolder().toString());
            answer.add("models", models);
            io.print(PredictCommand.pretty(answer));
            return;
        }
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("MODEL", "REVISION", "SIZE", "TYPE", "USABLE"));
        rows.forEach(row -> table.add(row.cells()));
        table.forEach(cells -> io.print(line(cells, table)));
    }

    /** Cells padded to the width of their columns. */
    private static String line(List<String> cells, List<List<String>> table) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            int column = i;
            int width = table.stream()
                    .mapToInt(row -> row.get(column).length())
                    .max()
                    .orElse(0);
            line.append(cells.get(i)).append(" ".repeat(width - cells.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }

    /** {@code headlight models list}. */
    @Command(
            name = "list",
            description = {
                "List the models on this machine: the embedded one and those in the hub's cache.",
                "With --verbose, load them, or the given models or folders, and show which of their files,"
                        + " settings and tensors are used, and which are ignored."
            },
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class ListModels implements Runnable {
        @ParentCommand
        private ModelsCommand models;

        @Option(names = "--json", description = "Print one JSON object.")
        private boolean json;

        @Option(names = "--verbose", description = "Show which files, settings and tensors are used.")
        private boolean verbose;

        @Parameters(arity = "0..*", paramLabel = "MODEL", description = "With --verbose: only these models or folders.")
        private List<String> names = List.of();

        @Override
        public void run() {
            Io io = models.main.io();
            if (!verbose) {
                if (!names.isEmpty()) {
                    throw new UserException("models list takes names only with --verbose: add --verbose.");
                }
                list(io, json);
                return;
            }
            List<String> wanted = new ArrayList<>(names);
            if (names.isEmpty()) {
                wanted.add(Hub.EMBEDDED);
                Hub.ofProcess()
                        .cached()
                        .forEach(model -> wanted.add(model.name().toString()));
            }
            for (String name : wanted) {
                io.print(name);
                try {
                    Models.origins(name).forEach(line -> io.print("  " + line));
                } catch (UserException e) {
                    io.print("  can't be used: " + e.getMessage());
                }
            }
        }
    }

    /** The models that a command works on. */
    static final class Names {
        @Parameters(
                arity = "1..*",
                paramLabel = "MODEL",
                description = "organisation/name, with @REVISION if you like.")
        private List<String> all;
    }

    /** {@code headlight models fetch}. */
    @Command(
            name = "fetch",
            description = {
                "Download models from the Hugging Face hub, or update those already here, and print their folders.",
                "A cancelled download resumes where it stopped."
            },
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footerHeading = "%nEnvironment:%n",
            footer = {
                "  HF_HUB_CACHE, HF_HOME    where models are kept",
                "  HF_TOKEN                 an access token, for private and gated models",
                "  HF_ENDPOINT              another hub",
                "  HTTPS_PROXY, NO_PROXY    proxy settings"
            })
    static final class Fetch implements Runnable {
        @ParentCommand
        private ModelsCommand models;

        @Mixin
        private Names names;

        @Override
        public void run() {
            Io io = models.main.io();
            for (String name : names.all) {
                ProgressLine progress = new ProgressLine(io.err(), name);
                try {
                    Path folder = Hub.ofProcess().fetch(name, Models.requireKnown(name), progress, () -> {});
                    io.print(folder.toString());
                } finally {
                    progress.end();
                }
            }
        }
    }

    /** {@code headlight models remove}. */
    @Command(
            name = "remove",
            description = {
                "Delete models from the hub's cache, which Python's tools share, without confirmation.",
                "With @REVISION, delete only that revision and the files that no other revision uses."
            },
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class Remove implements Runnable {
        @ParentCommand
        private ModelsCommand models;

        @Mixin
        private Names names;

        @Override
        public void run() {
            for (String name : names.all) {
                if (name.equals(Hub.EMBEDDED)) {
                    throw new UserException("The embedded model is part of Headlight and can't be removed.");
                }
                Hub.ofProcess().remove(name);
                models.main.io().print("Removed " + name + ".");
            }
        }
    }
}
