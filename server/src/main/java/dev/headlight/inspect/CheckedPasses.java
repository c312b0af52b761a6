package dev.headlight.inspect;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.NotFiniteException;
import dev.headlight.model.Trace;
import dev.headlight.model.Without;
import dev.headlight.model.Writer;
import dev.headlight.tokens.Token;
import dev.headlight.weights.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs a checkpoint's passes and checks the numbers that they compute. */
final class CheckedPasses {
    private final String name;
    private final Path folder;
    private final Family model;
    private boolean proven; // that all layers compute numbers

    CheckedPasses(String name, Path folder, Family model) {
        this.name = name;
        this.folder = folder;
        this.model = model;
    }

    static Input input(List<Token> tokens) {
        return new Input(
                tokens.stream().map(Token::id).toList(),
                tokens.stream().map(Token::type).toList());
    }

    /**
     * A pass.
     *
     * @param logitRows of which the logits are computed, in this order
     * @param cancellation asked between layers; throws to end the work
     * @return to be closed by the caller
     * @throws UserException if it computes NaN or infinity; names the damaged tensor if there is one
     */
    Trace forward(Input input, List<Integer> logitRows, Without without, Cancellation cancellation) {
        return forward(input, logitRows, without, Optional.empty(), cancellation);
    }

    /** The same of a text that goes on after an earlier pass. */
    Trace forward(
            Input input, List<Integer> logitRows, Without without, Optional<Trace> past, Cancellation cancellation) {
        int[] rows = logitRows.stream().mapToInt(i -> i).toArray();
        return checked(() -> {
            Trace trace = model.forward(input, rows, without, past, cancellation);
            return sound(trace, trace::requireFinite, trace::close);
        });
    }

    /** A text to go on with; to be closed by the caller. */
    Writer writer(Input input, Cancellation cancellation) {
        return checked(() -> {
            Writer writer = new Writer(model, input, Without.NOTHING, cancellation);
            return sound(writer, writer::requireFinite, writer::close);
        });
    }

    /** What a pass left behind, after a check of all layers if none was sound before. */
    private <T> T sound(T left, Consumer<Boolean> requireFinite, Runnable close) {
        try {
            requireFinite.accept(!proven);
        } catch (NotFiniteException e) {
            close.run();
            throw e;
        }
        proven = true;
        return left;
    }

    /** Names the damaged tensor if a pass computes no numbers. */
    <T> T checked(Supplier<T> pass) {
        try {
            return pass.get();
        } catch (NotFiniteException e) {
            throw new UserException(
                    Checkpoint.notFinite(folder)
                            .map(tensor -> tensor + " contains NaN or infinity: fetch the file again.")
                            .orElse("The model " + name + " computes NaN or infinity for this text: use --precision"
                                    + " float32, or another model."),
                    e);
        }
    }
}
