package dev.headlight.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.AttentionKind;
import dev.headlight.UserException;
import dev.headlight.inspect.Effect;
import dev.headlight.inspect.HeadEffect;
import dev.headlight.inspect.LayerEffect;
import dev.headlight.inspect.Pairs;
import dev.headlight.inspect.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairsFileTest {
    private static final List<Pairs.Pair> PAIRS =
            List.of(new Pairs.Pair("a ____", "b", "c"), new Pairs.Pair("“d” ____", "é", "f"));
    private static final PairsFile.Of OF = of("m", Why.Ablation.ZERO);

    @TempDir
    Path temp;

    private static PairsFile.Of of(String model, Why.Ablation ablation) {
        return new PairsFile.Of(model, 1, 1, new Pairs.How(false, ablation));
    }

    private static Pairs.Measured measured(int pair, double quantity) {
        Effect effect = new Effect(quantity / 3, Double.NaN, Double.NaN);
        return new Pairs.Measured(
                PAIRS.get(pair),
                quantity,
                List.of(new Pairs.Word(-1, "“d”", 0.1)),
                List.of(new HeadEffect(AttentionKind.SELF, 0, 0, effect)),
                List.of(
                        new LayerEffect(AttentionKind.SELF, 0, effect, Optional.of(effect)),
                        new LayerEffect(AttentionKind.CROSS, 0, effect, Optional.empty())));
    }

    @Test
    void whatWasWrittenIsThereAgain() {
        Path path = temp.resolve("out");
        try (PairsFile file = PairsFile.open(path, OF, PAIRS)) {
            assertThat(file.known()).isEmpty();
            file.add(1, measured(1, 1.1));
        }
        try (PairsFile file = PairsFile.open(path, OF, PAIRS)) {
            assertThat(file.known()).containsOnlyKeys(1).containsEntry(1, measured(1, 1.1));
            file.add(0, measured(0, -2e-7));
        }
        try (PairsFile file = PairsFile.open(path, OF, PAIRS)) {
            assertThat(file.known()).hasSize(2).containsEntry(0, measured(0, -2e-7));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40, 200, 215})
    void whatWasNotWrittenWholeIsLeftOut(int missing) throws IOException {
        Path path = temp.resolve("out");
        try (PairsFile file = PairsFile.open(path, OF, PAIRS)) {
            file.add(1, measured(1, 1.1));
        }
        byte[] all = Files.readAllBytes(path);
        Files.write(path, java.util.Arrays.copyOf(all, all.length - missing));
        try (PairsFile file = PairsFile.open(path, OF, PAIRS)) {
            assertThat(file.known()).isEmpty();
            file.add(1, measured(1, 1.1));
        }
        assertThat(Files.readAllBytes(path)).isEqualTo(all);
    }

    @Test
    void aFileOfSomethingElseIsRefusedAndStaysAsItIs() throws IOException {
        Path path = temp.resolve("out");
        PairsFile.open(path, OF, PAIRS).close();
        byte[] before = Files.readAllBytes(path);
        refused(path, of("n", Why.Ablation.ZERO), PAIRS, "is of another model, m: name another file.");
        refused(path, OF, PAIRS.subList(0, 1), "is of other sentences: name another file.");
        refused(path, of("m", Why.Ablation.MEAN), PAIRS, "measured in another way: name another file.");
        assertThat(Files.readAllBytes(path)).isEqualTo(before);
        for (String content : List.of("a ____\tb\tc\n", "not whole", "[]\n")) {
            Files.writeString(path, content);
            refused(path, OF, PAIRS, "holds no measurements: name another file.");
            assertThat(path).hasContent(content.strip());
        }
    }

    @Test
    void aDamagedLineIsNamed() throws IOException {
        Path path = temp.resolve("out");
        PairsFile.open(path, OF, PAIRS).close();
        for (String line : List.of("{}", "x", "{\"sentence\":9}", "{\"sentence\":1,\"words\":[[1]]}")) {
            String header = Files.readAllLines(path).get(0) + "\n";
            Files.writeString(path, header + line + "\n");
            refused(path, OF, PAIRS, "is damaged: remove it, or name another file.");
            Files.writeString(path, header);
        }
    }

    @Test
    void aFileIsWrittenByOneAtATime() {
        Path path = temp.resolve("out");
        PairsFile first = PairsFile.open(path, OF, PAIRS);
        refused(path, OF, PAIRS, "Another Headlight is writing");
        first.close();
        PairsFile.open(path, OF, PAIRS).close();
        refused(temp, OF, PAIRS, "Can't write");
    }

    private static void refused(Path path, PairsFile.Of of, List<Pairs.Pair> pairs, String because) {
        assertThatThrownBy(() -> PairsFile.open(path, of, pairs))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(because);
    }
}
