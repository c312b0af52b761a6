package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.ModelState.Fetching;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** Knows models by name: loads them, lists those on this machine, downloads others. */
@FunctionalInterface
public interface Loader {
    /**
     * Loads a model; downloads it if it isn't on this machine.
     *
     * @param progress receives the progress of a download
     * @param cancellation checked regularly, on any thread; throws {@link CancellationException} to end the work
     * @throws UserException if it is unavailable
     */
    Inspector load(String model, Consumer<Fetching> progress, Cancellation cancellation);

    /**
     * Loads a model that is on this machine; asks no network.
     *
     * @return empty if it isn't here
     * @throws UserException if it is here and can't be used
     */
    default Optional<Inspector> loadHere(String model, Cancellation cancellation) {
        return Optional.empty();
    }

    /**
     * The models on this machine.
     *
     * @param others names that are listed, too, if they are here
     */
    default List<Known> known(Collection<String> others) {
        return List.of();
    }

    /**
     * Downloads a model of the hub.
     *
     * @throws UserException if it is unavailable, or can't be used
     */
    default void download(String model, Consumer<Fetching> progress, Cancellation cancellation) {
        throw new UserException("Models can't be downloaded here.");
    }

    /**
     * A model on this machine.
     *
     * @param name its name
     * @param type its type, according to its configuration; empty if that can't be read
     * @param bytes the size of its files
     * @param problem why it can't be used, in a few words; empty if it can
     */
    record Known(String name, String type, long bytes, Optional<String> problem) {}
}
