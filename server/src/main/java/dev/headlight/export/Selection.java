package dev.headlight.export;

import dev.headlight.UserException;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Inspection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The layers and heads to export, counted from 0.
 *
 * @param layers in order
 * @param heads in order
 */
public record Selection(List<Integer> layers, List<Integer> heads) {
    public Selection {
        layers = List.copyOf(layers);
        heads = List.copyOf(heads);
    }

    /** Those of the layers that an attention has. */
    List<Integer> layersOf(AttentionShape attention) {
        return layers.stream().filter(layer -> layer < attention.layers()).toList();
    }

    /** All of them. */
    public static Selection all(Inspection inspection) {
        return of(inspection, Optional.empty(), Optional.empty());
    }

    /**
     * What a person names, counting from 1; everything if nothing is named.
     *
     * @throws UserException if there is no such layer or head
     */
    public static Selection of(Inspection inspection, Optional<List<Integer>> layers, Optional<List<Integer>> heads) {
        return new Selection(chosen("layer", layers, inspection.layers()), chosen("head", heads, inspection.heads()));
    }

    private static List<Integer> chosen(String what, Optional<List<Integer>> numbers, int count) {
        if (numbers.isEmpty()) {
            return IntStream.range(0, count).boxed().toList();
        }
        for (int number : numbers.get()) {
            if (number < 1 || number > count) {
                throw new UserException(
                        "There is no " + what + " " + number + ": the model has " + what + "s 1 to " + count + ".");
            }
        }
        return numbers.get().stream()
                .map(number -> number - 1)
                .distinct()
                .sorted()
                .toList();
    }
}
