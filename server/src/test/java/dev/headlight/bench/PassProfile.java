package dev.headlight.bench;

import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.Precision;
import dev.headlight.engine.Torch;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/**
 * Where the time of a pass goes, by libtorch's operations, each without those that it calls; and between them, which is
 * Java's and that of calls into native code. Recording takes time itself: shares are to be read, not sums.
 *
 * <pre>java -cp "$(cat target/bench/classpath.txt)" dev.headlight.bench.PassProfile target/headlight/lib/model 16 float32</pre>
 */
public final class PassProfile {
    private static final int PASSES = 50;

    private PassProfile() {}

    /** One operation's calls, and the time spent in itself, in microseconds. */
    private static final class Cost {
        private int calls;
        private double time;
    }

    /** An operation that was recorded, in microseconds. */
    private record Event(String name, double begin, double duration) {
        static Event of(JsonObject event) {
            return new Event(
                    event.get("name").getAsString(),
                    event.get("ts").getAsDouble(),
                    event.get("dur").getAsDouble());
        }

        double end() {
            return begin + duration;
        }
    }

    public static void main(String[] arguments) throws IOException {
        int tokens = Integer.parseInt(arguments[1]);
        Precision precision = Precision.valueOf(arguments[2].toUpperCase(Locale.ROOT));
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(Path.of(arguments[0]));
                Family model = Family.load(checkpoint, torch, torch.kernels(precision))) {
            List<Integer> ids =
                    new Random(1).ints(tokens, 5, 400).boxed().toList(); // in every vocabulary, the tests' too
            Input input = new Input(ids, Collections.nCopies(tokens, 0));
            passes(model, input);
            Path file = Files.createTempFile("headlight", ".json");
            try {
                JniUtils.startProfile(false, false, false);
                double time = passes(model, input);
                JniUtils.stopProfile(file.toString());
                print(read(file), time);
            } finally {
                Files.delete(file);
            }
        }
    }

    /** Microseconds. */
    private static double passes(Family model, Input input) {
        long begun = System.nanoTime();
        for (int i = 0; i < PASSES; i++) {
            model.forward(input, new int[] {1}, () -> {}).close();
        }
        return (System.nanoTime() - begun) / 1e3;
    }

    private static List<Event> read(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            JsonElement trace = JsonParser.parseReader(reader);
            JsonArray events = trace.isJsonArray()
                    ? trace.getAsJsonArray()
                    : trace.getAsJsonObject().getAsJsonArray("traceEvents");
            return StreamSupport.stream(events.spliterator(), false)
                    .map(JsonElement::getAsJsonObject)
                    .filter(event -> event.has("dur"))
                    .map(Event::of)
                    .sorted(Comparator.comparingDouble(Event::begin)
                            .thenComparing(Event::duration, Comparator.reverseOrder()))
                    .toList();
        }
    }

    private static void print(List<Event> events, double whole) {
        Map<String, Cost> costs = new TreeMap<>();
        Deque<Event> around = new ArrayDeque<>();
        double inside = 0;
        for (Event event : events) {
            while (!around.isEmpty() && around.peek().end() <= event.begin()) {
                around.pop();
            }
            if (around.isEmpty()) {
                inside += event.duration();
            } else {
                costs.get(around.peek().name()).time -= event.duration();
            }
            Cost cost = costs.computeIfAbsent(event.name(), name -> new Cost());
            cost.calls++;
            cost.time += event.duration();
            around.push(event);
        }
        System.out.printf(Locale.ROOT, "%-40s %10s %10s %7s%n", "operation", "calls", "ms a pass", "share");
        costs.entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<String, Cost> entry) -> -entry.getValue().time))
                .limit(25)
                .forEach(entry -> row(entry.getKey(), entry.getValue().calls, entry.getValue().time, whole));
        row("between operations", 0, whole - inside, whole);
        row("all", events.size(), whole, whole);
    }

    private static void row(String name, int calls, double time, double whole) {
        System.out.printf(
                Locale.ROOT,
                "%-40s %10.1f %10.3f %6.1f%%%n",
                name,
                (double) calls / PASSES,
                time / 1e3 / PASSES,
                100 * time / whole);
    }
}
