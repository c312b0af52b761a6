package dev.headlight.bench;

import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.engine.Torch;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Pairs;
import dev.headlight.inspect.Why;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.Variants;
import dev.headlight.model.Variants.Variant;
import dev.headlight.model.Without;
import dev.headlight.weights.Checkpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Effects on demand, for versus_effects.py and versus_pairs.py. Started with {@code ids FOLDER}, it takes lines of token
 * ids, the id of a mask first, and answers with the milliseconds that all words and that all heads take, the plain pass
 * counted with the words. Started with {@code pairs FOLDER}, it takes lines {@code sentence TAB right TAB wrong}, a number
 * of them first, and answers with the milliseconds for all, and the mean quantity.
 */
public final class EffectsServer {
    private EffectsServer() {}

    public static void main(String[] arguments) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Path folder = Path.of(arguments[1]);
        if (arguments[0].equals("pairs")) {
            pairs(in, folder);
        } else {
            ids(in, folder);
        }
    }

    private static void pairs(BufferedReader in, Path folder) throws IOException {
        try (Inspector inspector = Inspector.load("model", folder)) {
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                StringBuilder file = new StringBuilder();
                for (int left = Integer.parseInt(line.strip()); left > 0; left--) {
                    file.append(in.readLine()).append('\n');
                }
                long begun = System.nanoTime();
                List<Pairs.Measured> all = Pairs.measure(
                        inspector,
                        Pairs.parse(file.toString()),
                        new Pairs.How(false, Why.Ablation.ZERO),
                        (number, measured) -> {},
                        Cancellation.NEVER);
                System.out.println(millis(begun) + " " + Pairs.quantity(all).value());
            }
        }
    }

    private static void ids(BufferedReader in, Path folder) throws IOException {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                Family model = Family.load(checkpoint, torch, torch.kernels())) {
            System.out.println("ready");
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<Integer> given = Arrays.stream(line.strip().split(" "))
                        .map(Integer::valueOf)
                        .toList();
                int mask = given.get(0);
                List<Integer> ids = given.subList(1, given.size());
                int row = ids.indexOf(mask);
                Input input = new Input(ids, Collections.nCopies(ids.size(), 0));
                long begun = System.nanoTime();
                try (Variants variants = model.variants(input, row, Without.NOTHING, Cancellation.NEVER)) {
                    run(variants, words(input, row, mask));
                    double words = millis(begun);
                    long after = System.nanoTime();
                    for (int layer = 0; layer < model.dimensions().layers(); layer++) {
                        run(variants, heads(input, layer, model.dimensions().heads()));
                    }
                    System.out.println(words + " " + millis(after));
                }
            }
        }
    }

    private static void run(Variants variants, List<Variant> changed) {
        try (NDManager scope = variants.logits().getManager().newSubManager()) {
            variants.logits(changed, scope, Cancellation.NEVER)
                    .logSoftmax(-1)
                    .max()
                    .getFloat();
        }
    }

    private static List<Variant> words(Input input, int row, int mask) {
        return IntStream.range(1, input.tokens() - 1)
                .filter(token -> token != row)
                .mapToObj(token -> {
                    List<Integer> ids = new ArrayList<>(input.ids());
                    ids.set(token, mask);
                    return new Variant(new Input(ids, input.types()), Without.NOTHING);
                })
                .toList();
    }

    private static List<Variant> heads(Input input, int layer, int heads) {
        return IntStream.range(0, heads)
                .mapToObj(head -> new Variant(input, Without.head(new Without.Head(AttentionKind.SELF, layer, head))))
                .toList();
    }

    private static double millis(long begun) {
        return (System.nanoTime() - begun) / 1e6;
    }
}
