package dev.headlight.cli;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.export.PairsFile;
import dev.headlight.export.WhyJson;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Pairs;
import dev.headlight.inspect.Why;
import dev.headlight.inspect.WhyAnswer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/** Measures a set of sentences, and prints what was found. */
final class PairsRun {
    private static final int HEADS = 10;
    private static final int LAYERS = 5;

    private final Io io;
    private final ModelOption model;
    private final Pairs.How how;
    private final Optional<String> out;

    /**
     * A run.
     *
     * @param out a file to write to meanwhile, and to go on from
     */
    PairsRun(Io io, ModelOption model, Pairs.How how, Optional<String> out) {
        this.io = io;
        this.model = model;
        this.how = how;
        this.out = out;
    }

    /** Measures pairs and prints them. */
    void measure(List<Pairs.Pair> pairs, boolean json) {
        Stopping stopping = new Stopping();
        PairsProgress progress = new PairsProgress(io.err(), pairs.size());
        try (Inspector inspector = model.load(io);
                PairsFileOrNone file = file(inspector, pairs)) {
            List<Pairs.Measured> all = measured(inspector, pairs, file, progress, stopping);
            progress.end();
            if (json) {
                io.print(PredictCommand.pretty(WhyJson.pairs(model.name(), all)));
            } else {
                print(all);
            }
        } catch (CancellationException e) {
            progress.end();
            // not thrown: the process ends as soon as the hook may go on
            io.tell("Stopped after " + progress.done() + " of " + pairs.size() + " sentences"
                    + out.map(path -> "; the same command goes on from there, with " + path)
                            .orElse("; with --out FILE the same command would go on from there")
                    + ".");
        } finally {
            stopping.stopped();
        }
    }

    /** The file, if there is one. */
    private record PairsFileOrNone(Optional<PairsFile> file) implements AutoCloseable {
        Map<Integer, Pairs.Measured> known() {
            return file.map(PairsFile::known).orElse(Map.of());
        }

        @Override
        public void close() {
            file.ifPresent(PairsFile::close);
        }
    }

    private PairsFileOrNone file(Inspector inspector, List<Pairs.Pair> pairs) {
        if (out.isEmpty()) {
            return new PairsFileOrNone(Optional.empty());
        }
        try {
            PairsFile.Of of = new PairsFile.Of(model.name(), inspector.layers(), inspector.heads(), how);
            return new PairsFileOrNone(Optional.of(PairsFile.open(Path.of(out.get()), of, pairs)));
        } catch (InvalidPathException e) {
            throw new UserException("Can't write " + out.get() + ": name a file.", e);
        }
    }

    private List<Pairs.Measured> measured(
            Inspector inspector,
            List<Pairs.Pair> pairs,
            PairsFileOrNone file,
            PairsProgress progress,
            Cancellation cancellation) {
        Map<Integer, Pairs.Measured> all = new HashMap<>(file.known());
        progress.begin(all.size());
        List<Integer> left = IntStream.range(0, pairs.size())
                .filter(number -> !all.containsKey(number))
                .boxed()
                .toList();
        Pairs.measure(
                inspector,
                left.stream().map(pairs::get).toList(),
                how,
                (number, measured) -> {
                    int sentence = left.get(number);
                    file.file().ifPresent(open -> open.add(sentence, measured));
                    all.put(sentence, measured);
                    progress.one();
                },
                cancellation);
        return IntStream.range(0, pairs.size()).mapToObj(all::get).toList();
    }

    private void print(List<Pairs.Measured> all) {
        Pairs.Mean quantity = Pairs.quantity(all);
        io.print(String.format(
                Locale.ROOT,
                "%d of %d right; log p(right) − log p(wrong) is %.2f ± %.2f nats.",
                all.stream().filter(Pairs.Measured::right).count(),
                all.size(),
                quantity.value(),
                quantity.error()));
        io.print("");
        io.print("Heads, " + (how.ablation() == Why.Ablation.ZERO ? "removed" : "averaged")
                + " one at a time: the mean by which it falls, ± its standard error.");
        List<Pairs.HeadMean> heads = Pairs.heads(all);
        heads.stream().limit(HEADS).forEach(head -> io.print(line(head)));
        io.print("  and the head that speaks most against it:");
        io.print(line(heads.get(heads.size() - 1)));
        io.print("");
        io.print("Layers, the strongest: without their attention, and without their feed-forward part.");
        Pairs.layers(all).stream()
                .sorted(Comparator.comparingDouble(layer -> -strength(layer)))
                .limit(LAYERS)
                .forEach(layer -> io.print("  " + mean(layer.attention()) + "  "
                        + layer.feedForward().map(PairsRun::mean).orElse("            ") + "  "
                        + WhyAnswer.name(layer.kind(), layer.layer())));
        io.print("");
        io.print("Words, by their place: −1 is the word before the blank.");
        Pairs.places(all).stream()
                .filter(place -> place.sentences() * 2 >= all.size())
                .forEach(place -> io.print(
                        "  " + mean(place.effect()) + "  " + String.format(Locale.ROOT, "%+d", place.place())));
        io.print("");
        io.print("Sentences, the surest last; the word that speaks most for the right one:");
        all.stream()
                .sorted(Comparator.comparingDouble(Pairs.Measured::quantity))
                .forEach(measured -> io.print(String.format(
                        Locale.ROOT,
                        "  %+6.2f  %-12s %s",
                        measured.quantity(),
                        measured.strongest().map(Pairs.Word::text).orElse(""),
                        measured.pair().text())));
    }

    private static double strength(Pairs.LayerMean layer) {
        return Math.max(
                layer.attention().value(),
                layer.feedForward().map(Pairs.Mean::value).orElse(Double.NEGATIVE_INFINITY));
    }

    private static String mean(Pairs.Mean mean) {
        return String.format(Locale.ROOT, "%+6.2f ± %.2f", mean.value(), mean.error());
    }

    private static String line(Pairs.HeadMean head) {
        return "  " + mean(head.effect()) + "  " + WhyAnswer.name(head.kind(), head.layer(), head.head());
    }
}
