package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Why;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A place of an open inspection that is being asked about, in steps: between two of them the session answers others. Any
 * thread; to be closed.
 */
public final class OpenWhy implements AutoCloseable {
    private final Engine engine;
    private final BooleanSupplier usable;
    private final Supplier<Heads> heads;
    private final OpenInspection opened;
    private final Why why;

    /**
     * A place.
     *
     * @param usable whether its model is still loaded; engine thread
     * @param heads of the inspection; engine thread
     * @param why of that model
     */
    OpenWhy(Engine engine, BooleanSupplier usable, Supplier<Heads> heads, OpenInspection opened, Why why) {
        this.engine = engine;
        this.usable = usable;
        this.heads = heads;
        this.opened = opened;
        this.why = why;
    }

    /**
     * Asks something.
     *
     * @param question runs on the engine thread; its result must not refer to its arguments
     * @throws UserException if another model is in use meanwhile
     */
    public <T> T ask(BiFunction<Why, Inspected, T> question, Cancellation cancellation) {
        return engine.call(cancellation, () -> {
            if (!usable.getAsBoolean()) {
                throw new UserException("Another model is in use now: inspect the text again.");
            }
            return question.apply(why, new Inspected(opened.inspection(), heads.get()));
        });
    }

    @Override
    public void close() {
        try {
            engine.call(Cancellation.NEVER, () -> {
                why.close();
                return null;
            });
        } catch (CancellationException e) {
            // the session is closed, and all native memory with it
        }
    }
}
