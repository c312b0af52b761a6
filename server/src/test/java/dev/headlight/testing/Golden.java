package dev.headlight.testing;

import com.google.gson.Gson;
import dev.headlight.AttentionKind;
import dev.headlight.weights.SafeTensorsFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** What Hugging Face transformers computed for a small checkpoint; src/test/python/golden.py makes more. Of BART, what PyTorch's layers did; of the embedded model, its numbers alone. */
public record Golden(Path folder, String family, List<Case> cases) {

    private static final List<String> RESOURCES = List.of(
            "albert",
            "bert",
            "bert-legacy",
            "bloom",
            "deberta",
            "deberta-v2",
            "distilbert",
            "electra",
            "esm",
            "eurobert",
            "falcon",
            "gemma",
            "gemma2",
            "gemma3_text",
            "gpt2",
            "gpt_neo",
            "gpt_neox",
            "granite",
            "llama",
            "modernbert",
            "mpnet",
            "nomic_bert",
            "olmo2",
            "opt",
            "phi",
            "phi3",
            "qwen2",
            "qwen3",
            "roberta",
            "smollm3",
            "stablelm",
            "starcoder2",
            "xlm-roberta",
            "xlm-roberta-xl");

    /** Encoder-decoders, made by golden_pair.py; BART by golden_bart.py. */
    private static final List<String> PAIRS = List.of("bart", "m2m_100", "marian", "mbart", "mt5", "pegasus", "t5");

    /**
     * One text or pair, its tokens, and the five likeliest words at each blank; of an encoder-decoder, also what it
     * generates if its decoder gets nothing.
     */
    public record Case(
            String text,
            String pair,
            List<Integer> ids,
            List<Integer> tokenTypes,
            List<String> tokens,
            List<List<Integer>> codePointSpans,
            List<Prediction> predictions,
            List<Integer> written) {
        /** Token types; zeros where the model is given none. */
        public List<Integer> tokenTypes() {
            return tokenTypes == null ? Collections.nCopies(ids.size(), 0) : tokenTypes;
        }
    }

    public record Prediction(int position, List<String> tokens, List<Integer> ids, List<Double> probabilities) {}

    /**
     * All that there are: the test resources, and folders that {@code -Dheadlight.oracle=FOLDER,FOLDER} names, made by
     * golden.py.
     */
    public static Stream<Golden> all() {
        String more = System.getProperty("headlight.oracle", "");
        return Stream.concat(
                RESOURCES.stream().map(Golden::of),
                Stream.of(more.split(",")).filter(name -> !name.isBlank()).map(name -> read(Path.of(name.strip()))));
    }

    /** The names of all fixtures, those of encoder-decoders too. */
    public static Stream<String> names() {
        return Stream.concat(RESOURCES.stream(), PAIRS.stream());
    }

    /** Those of encoder-decoders. */
    public static Stream<Golden> pairs() {
        return PAIRS.stream().map(Golden::of);
    }

    /** The attention that was recorded of a kind: of one stack, {@code attention}. */
    public float[] attention(int number, AttentionKind kind) {
        return array(number, kind == AttentionKind.SELF ? "attention" : kind.id());
    }

    public static Golden of(String name) {
        return read(folder(name));
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }

    public static Golden read(Path folder) {
        try {
            Golden read = new Gson().fromJson(Files.readString(folder.resolve("golden.json")), Golden.class);
            return new Golden(folder, read.family, read.cases);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The folder of a checkpoint among the test resources. */
    public static Path folder(String name) {
        try {
            return Path.of(Golden.class
                            .getResource("/oracle/" + name + "/golden.json")
                            .toURI())
                    .getParent();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether an array was recorded for a case. */
    public boolean has(int number, String name) {
        try (SafeTensorsFile file = SafeTensorsFile.open(folder.resolve("golden.safetensors"))) {
            return file.names().contains(number + "." + name);
        }
    }

    /** A recorded array, such as {@code attention} [L, H, T, T], of one case. */
    public float[] array(int number, String name) {
        try (SafeTensorsFile file = SafeTensorsFile.open(folder.resolve("golden.safetensors"))) {
            ByteBuffer bytes = file.bytes(number + "." + name);
            float[] values = new float[bytes.remaining() / Float.BYTES];
            bytes.asFloatBuffer().get(values);
            return values;
        }
    }
}
