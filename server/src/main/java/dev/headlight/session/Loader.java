package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.ModelState.Fetching;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** Loads models by name. */
@FunctionalInterface
public interface Loader {
    /**
     * Loads a model.
     *
     * @param progress receives the progress of a download
     * @param cancellation checked regularly, on any thread; throws {@link CancellationException} to end the work
     * @throws UserException if it is unavailable
     */
    Inspector load(String model, Consumer<Fetching> progress, Cancellation cancellation);
}
