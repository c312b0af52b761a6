package dev.headlight.inspect;

import dev.headlight.UserException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Some layers and heads of a model, counted from 0: those that a file holds, or those to export.
 *
 * @param layers in order
 * @param heads in order
 */
public record Selection(List<Integer> layers, List<Integer> heads) {
    public Selection {
        layers = List.copyOf(layers);
        heads = List.copyOf(heads);
    }

    /** All of a model's. */
    public static Selection all(int layers, int heads) {
        return new Selection(upTo(layers), upTo(heads));
    }

    /** All that there are of an inspection. */
    public static Selection all(Inspection inspection) {
        return inspection.held();
    }

    /**
     * What a person names, counting from 1; everything if nothing is named.
     *
     * @throws UserException if there is no such layer or head
     */
    public static Selection of(Inspection inspection, Optional<List<Integer>> layers, Optional<List<Integer>> heads) {
        Selection held = inspection.held();
        return new Selection(
                chosen("layer", layers, inspection.layers(), held.layers),
                chosen("head", heads, inspection.heads(), held.heads));
    }

    private static List<Integer> chosen(String what, Optional<List<Integer>> numbers, int count, List<Integer> held) {
        if (numbers.isEmpty()) {
            return held;
        }
        for (int number : numbers.get()) {
            if (number < 1 || number > count) {
                throw new UserException(
                        "There is no " + what + " " + number + ": the model has " + what + "s 1 to " + count + ".");
            }
            if (!held.contains(number - 1)) {
                throw new UserException("The file that was opened doesn't hold " + what + " " + number + ", only "
                        + what + "s " + fromOne(held) + ".");
            }
        }
        return numbers.get().stream()
                .map(number -> number - 1)
                .distinct()
                .sorted()
                .toList();
    }

    /** Numbers as people count, with commas between them. */
    public static String fromOne(List<Integer> numbers) {
        return numbers.stream().map(number -> String.valueOf(number + 1)).collect(Collectors.joining(", "));
    }

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /** Those of the layers that an attention has. */
    public List<Integer> layersOf(AttentionShape attention) {
        return layers.stream().filter(layer -> layer < attention.layers()).toList();
    }
}
