package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.UserException;
import dev.headlight.testing.Checkpoints;
import dev.headlight.testing.Golden;
import dev.headlight.weights.SafeTensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NaN and infinity in a checkpoint: no word, no number may come of them. */
@Tag("slow")
class DamagedWeightsTest {
    private static final Options OPTIONS = Options.standard();

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(strings = {"bert", "albert", "gpt2", "qwen2", "modernbert", "distilbert", "bart", "t5"})
    void aDamagedTensorIsNamedOrHasNoPartInTheAnswer(String family) throws IOException {
        Path whole = Golden.folder(family);
        Request request = Request.of("The [MASK] sat on the mat.".replace("[MASK]", blank(family)));
        String expected;
        try (Inspector inspector = Inspector.load(family, whole)) {
            expected = answer(inspector, request);
        }
        List<String> silent = new ArrayList<>();
        for (String tensor : names(whole)) {
            for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                Checkpoints.rewrite(whole, temp, name -> name);
                Checkpoints.fill(temp, tensor, wrong);
                try (Inspector inspector = Inspector.load(family, temp)) {
                    String found = answer(inspector, request);
                    if (!found.equals(expected)) {
                        silent.add(tensor + " = " + wrong + ": " + found);
                    }
                } catch (UserException e) {
                    assertThat(e).hasMessageContaining(tensor + " contains NaN or infinity");
                }
            }
        }
        assertThat(silent).isEmpty();
    }

    private static String blank(String family) {
        return family.equals("gpt2") || family.equals("qwen2") ? "cat" : "____";
    }

    private static String answer(Inspector inspector, Request request) {
        try (Inspected inspected = inspector.inspect(request, OPTIONS, () -> {})) {
            return inspected.inspection().blanks().toString();
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (SafeTensorsFile file = SafeTensorsFile.open(folder.resolve("model.safetensors"))) {
            return file.names().stream()
                    .filter(name -> LongStream.of(file.shape(name)).reduce(1, (a, b) -> a * b) > 0)
                    .toList();
        }
    }
}
