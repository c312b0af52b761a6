package dev.headlight.cli;

import dev.headlight.Cancellation;
import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.hub.Cached;
import dev.headlight.hub.Hub;
import dev.headlight.hub.download.Progress;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.MemoryNeed;
import dev.headlight.inspect.ModelKind;
import dev.headlight.session.Loader;
import dev.headlight.session.Loader.Known;
import dev.headlight.session.ModelState.Fetching;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Loads models: {@code hub} resolves names, {@code inspect} knows what can run. */
final class Models {
    private Models() {}

    /**
     * The loader for a session.
     *
     * @param precision of every model
     * @param witness returns, for a model's name, an additional listener for its download
     */
    static Loader loader(Precision precision, Function<String, Consumer<Progress>> witness) {
        return new Loader() {
            @Override
            public Inspector load(String model, Consumer<Fetching> progress, Cancellation cancellation) {
                Consumer<Progress> tell = step -> progress.accept(fetching(step));
                Consumer<String> memory = need -> progress.accept(new Fetching(0, 0, 0, need));
                return Models.load(model, precision, tell.andThen(witness.apply(model)), memory, cancellation);
            }

            @Override
            public Optional<Inspector> loadHere(String model, Cancellation cancellation) {
                Optional<Path> folder = folder(Hub.ofProcess(), model);
                cancellation.check();
                return folder.map(there -> Models.load(model, there, precision, need -> {}));
            }

            @Override
            public List<Known> known(Collection<String> others) {
                return Models.known(others);
            }

            @Override
            public void download(String model, Consumer<Fetching> progress, Cancellation cancellation) {
                Hub.ofProcess()
                        .fetch(model, requireKnown(model), step -> progress.accept(fetching(step)), cancellation);
            }
        };
    }

    /** The embedded model, those in the cache, and of others those that are here. */
    static List<Known> known(Collection<String> others) {
        Hub hub = Hub.ofProcess();
        Map<String, Known> known = new LinkedHashMap<>();
        known.put(Hub.EMBEDDED, new Known(Hub.EMBEDDED, "bert", Hub.embeddedBytes(), Optional.empty()));
        for (Cached model : hub.cached()) {
            String name = model.name().toString();
            known.put(name, new Known(name, type(model.folder()), model.bytes(), problem(model)));
        }
        for (String name : others) {
            if (!known.containsKey(name)) {
                folder(hub, name)
                        .ifPresent(folder ->
                                known.put(name, new Known(name, type(folder), Hub.bytes(folder), Optional.empty())));
            }
        }
        return List.copyOf(known.values());
    }

    /** The folder of a model on this machine, complete as far as its files show. */
    private static Optional<Path> folder(Hub hub, String name) {
        return Hub.here(name).or(() -> hub.complete(name));
    }

    private static Fetching fetching(Progress step) {
        return new Fetching(step.done(), step.total(), step.perSecond(), step.text());
    }

    /** @param memory hears what a large model needs, before it is loaded */
    static Inspector load(
            String name,
            Precision precision,
            Consumer<Progress> progress,
            Consumer<String> memory,
            Cancellation cancellation) {
        Path folder =
                Hub.here(name).orElseGet(() -> Hub.ofProcess().find(name, requireKnown(name), progress, cancellation));
        cancellation.check();
        return load(name, folder, precision, memory);
    }

    private static Inspector load(String name, Path folder, Precision precision, Consumer<String> memory) {
        MemoryNeed.of(folder, precision).ifPresent(need -> {
            memory.accept(need.text());
            need.require(name);
        });
        return Inspector.load(name, Hub.revision(folder), folder, Hub.locate(Hub.EMBEDDED), precision);
    }

    /** Loads a local model and returns a report of what it uses from its checkpoint. */
    static List<String> origins(String name) {
        Hub hub = Hub.ofProcess();
        Path folder = hub.cached().stream()
                .filter(model -> model.name().toString().equals(name))
                .map(Cached::folder)
                .findFirst()
                .orElseGet(() -> Hub.locate(name));
        try (Inspector inspector = Inspector.load(name, folder)) {
            return inspector.origins();
        }
    }

    /** Stops a download if Headlight couldn't use its weights. */
    static Consumer<Path> requireKnown(String name) {
        return folder -> ModelKind.of(folder).require(name);
    }

    /** The type of a model in the cache, according to its configuration. */
    static String type(Cached model) {
        return type(model.folder());
    }

    /** The same of any folder; empty if the configuration can't be read. */
    private static String type(Path folder) {
        try {
            return ModelKind.of(folder).type();
        } catch (UserException e) {
            return "";
        }
    }

    /** Why a model in the cache can't be used, in a few words; empty if it can. */
    static Optional<String> problem(Cached model) {
        try {
            ModelKind kind = ModelKind.of(model.folder());
            if (!kind.isKnown()) {
                return Optional.of("not a supported kind: " + kind.description());
            }
        } catch (UserException e) {
            return model.missing().or(() -> Optional.of("its config.json can't be used"));
        }
        return model.missing();
    }
}
