package dev.headlight.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.AttentionKind;
import dev.headlight.corpus.Quantities.Part;
import dev.headlight.corpus.Statistics.Count;
import dev.headlight.inspect.HeadPattern;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    private static final List<HeadPlace> HEADS =
            List.of(new HeadPlace(AttentionKind.SELF, 0, 0), new HeadPlace(AttentionKind.SELF, 0, 1));

    private static double[] values(Random random) {
        double[] values = random.doubles(Quantities.COUNT).toArray();
        for (int at = 0; at < values.length; at++) {
            values[at] = switch (random.nextInt(6)) {
                case 0 -> Double.NaN;
                case 1 -> 0.5; // texts that are equal are ordered by their ids
                case 2 -> values[at] * 1e-9;
                default -> values[at];
            };
        }
        return values;
    }

    private static void add(Statistics to, int text) {
        Random random = new Random(text);
        Sample sample = new Sample("text:" + text + ":1", "words " + text);
        to.count(sample, 5 + text % 7);
        to.count(Count.DOCUMENTS, 1);
        to.countLinks(Relation.NUMBER_AFTER, text % 3);
        for (int head = 0; head < HEADS.size(); head++) {
            to.add(head, values(random), sample);
        }
    }

    @RepeatedTest(20)
    void anySplitMergedInAnyOrderGivesTheSameToTheLastBit(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        int texts = 1 + random.nextInt(200);
        Statistics whole = new Statistics(HEADS);
        IntStream.range(0, texts).forEach(text -> add(whole, text));

        List<Integer> order = new ArrayList<>(IntStream.range(0, texts).boxed().toList());
        Collections.shuffle(order, random);
        List<Statistics> parts = new ArrayList<>();
        for (int from = 0; from < texts; ) {
            int to = Math.min(texts, from + 1 + random.nextInt(40));
            Statistics part = new Statistics(HEADS);
            order.subList(from, to).forEach(text -> add(part, text));
            parts.add(part);
            from = to;
        }
        while (parts.size() > 1) {
            Statistics one = parts.remove(random.nextInt(parts.size()));
            Statistics sent = Statistics.of(one.toBytes());
            parts.get(random.nextInt(parts.size())).add(sent);
        }
        assertThat(parts.get(0).fingerprint()).isEqualTo(whole.fingerprint());
        assertThat(parts.get(0).count(Count.TEXTS)).isEqualTo(texts);
        for (int quantity = 0; quantity < Quantities.COUNT; quantity++) {
            assertThat(parts.get(0).estimate(1, quantity)).isEqualTo(whole.estimate(1, quantity));
        }
        assertThat(parts.get(0).most(0, HeadPattern.BROAD)).isEqualTo(whole.most(0, HeadPattern.BROAD));
        assertThat(parts.get(0)).isEqualTo(whole);
    }

    @Test
    void meanAndStandardErrorAreThoseOfTheNumbers() {
        Statistics statistics = new Statistics(HEADS);
        double[] numbers = {0.25, 0.75, 0.5 + 1e-7, 0.125};
        for (double number : numbers) {
            double[] values = new double[Quantities.COUNT];
            Arrays.fill(values, Double.NaN);
            values[Quantities.of(HeadPattern.NEXT_TOKEN)] = number;
            values[Quantities.of(Relation.NUMBER_AFTER, Part.DIFFERENCE)] = number - 0.5;
            statistics.add(0, values, new Sample("a:" + number, "a"));
        }
        Estimate next = statistics.estimate(0, Quantities.of(HeadPattern.NEXT_TOKEN));
        double mean = Arrays.stream(numbers).average().orElseThrow();
        double squares =
                Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).sum();
        assertThat(next.mean()).isCloseTo(mean, within(1e-14));
        assertThat(next.error()).isCloseTo(Math.sqrt(squares / 3 / 4), within(1e-14));
        assertThat(next.share()).isEqualTo(0.5);
        assertThat(next.texts()).isEqualTo(4);
        Estimate negative = statistics.estimate(0, Relation.NUMBER_AFTER, Part.DIFFERENCE);
        assertThat(negative.mean()).isCloseTo(mean - 0.5, within(1e-14));
        assertThat(negative.error()).isCloseTo(next.error(), within(1e-14));
        assertThat(statistics.estimate(1, 0).texts()).isZero();
        assertThat(statistics.estimate(1, 0).mean()).isNaN();
    }

    @Test
    void numbersThatHardlyDifferHaveTheirSmallError() {
        Statistics statistics = new Statistics(HEADS);
        for (int text = 0; text < 10_000; text++) {
            double[] values = new double[Quantities.COUNT];
            values[0] = 3 + (text % 2 == 0 ? 1e-6 : -1e-6);
            statistics.add(0, values, new Sample("a:" + text, "a"));
        }
        assertThat(statistics.estimate(0, 0).error()).isCloseTo(1e-6 / Math.sqrt(9_999), within(1e-12));
    }

    @Test
    void theTextsThatShowItMostAreListedTiesByTheirIds() {
        Statistics statistics = new Statistics(HEADS);
        for (int text = 99; text >= 0; text--) {
            double[] values = new double[Quantities.COUNT];
            values[Quantities.of(HeadPattern.NEXT_TOKEN)] = text < 95 ? 0.5 : 0.5 + text * 0.01;
            statistics.add(0, values, new Sample("a:" + (100 + text), "a"));
        }
        assertThat(statistics.most(0, HeadPattern.NEXT_TOKEN))
                .extracting(shown -> shown.sample().id())
                .containsExactly(
                        "a:199", "a:198", "a:197", "a:196", "a:195", "a:100", "a:101", "a:102", "a:103", "a:104");
    }

    @Test
    void whatIsNoStatisticsOrOfOtherHeadsIsRefused() {
        byte[] bytes = new Statistics(HEADS).toBytes();
        assertThatThrownBy(() -> Statistics.of(Arrays.copyOf(bytes, bytes.length / 2)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Statistics.of("{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new Statistics(HEADS).add(new Statistics(HEADS.subList(0, 1))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
