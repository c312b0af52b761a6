package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Inspector;
import dev.headlight.session.ModelState.Fetching;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** Gets a model by its name, from wherever it is. */
@FunctionalInterface
public interface Loader {
    /**
     * Loads a model.
     *
     * @param progress is told how far a download is
     * @param cancellation asked now and then, on any thread; throws {@link CancellationException} to end the work
     * @throws UserException where it is unavailable
     */
    Inspector load(String model, Consumer<Fetching> progress, Cancellation cancellation);
}
