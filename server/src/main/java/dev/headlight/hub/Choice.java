package dev.headlight.hub;

import dev.headlight.UserException;
import dev.headlight.hub.download.ModelName;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Chooses the files of a repository to download, and reports missing ones. */
final class Choice {
    private static final String TOKENIZER = "tokenizer.json";

    /** Small files, downloaded if present. */
    private static final List<String> SMALL = List.of(
            Snapshot.CONFIG,
            "generation_config.json",
            TOKENIZER,
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "casing.json");

    /** SentencePiece vocabularies, downloaded if there is no tokenizer.json, or a vocab.json numbers their pieces. */
    private static final List<String> PIECES =
            List.of("spiece.model", "spm.model", "sentencepiece.bpe.model", "tokenizer.model");

    /** Those of Marian: what it reads and what it writes. */
    private static final List<String> TWO_SIDED = List.of("source.spm", "target.spm");

    private static final String PICKLES = "[^/]+\\.(bin|pt|pth|ckpt|pkl|pickle)";
    private static final String OTHER_WEIGHTS = "(.+/)?[^/]+\\.(safetensors|h5|msgpack|gguf|onnx|ot|tflite)";
    private static final int MOST_NAMED = 3;

    private Choice() {}

    /** Whether the files of a tokenizer are present. */
    static boolean hasTokenizer(Predicate<String> has) {
        return has.test(TOKENIZER)
                || has.test("vocab.txt")
                || has.test("vocab.json") && has.test("merges.txt")
                || PIECES.stream().anyMatch(has)
                || has.test("vocab.json") && TWO_SIDED.stream().allMatch(has);
    }

    /** Whether this is the name of a safetensors file within the folder. */
    static boolean isWeights(String name) {
        return name.matches("[\\w-][\\w.-]{0,200}\\.safetensors");
    }

    /** The files to download first: all but the shards, which the index lists. */
    static List<String> small(List<String> files) {
        boolean sharded = !files.contains(Snapshot.WEIGHTS);
        boolean whole = files.contains(TOKENIZER) && !files.contains("vocab.json");
        Stream<String> pieces = whole ? Stream.of() : Stream.concat(PIECES.stream(), TWO_SIDED.stream());
        Stream<String> index = sharded ? Stream.of(Snapshot.INDEX) : Stream.of();
        return Stream.of(SMALL.stream(), pieces, index)
                .flatMap(names -> names)
                .filter(files::contains)
                .toList();
    }

    /**
     * Checks that a repository contains a model.
     *
     * @throws UserException if it doesn't, saying what is missing and what to try
     */
    static void check(ModelName name, List<String> files) {
        if (!files.contains(Snapshot.CONFIG)) {
            throw new UserException(
                    name + " has no config.json, so it is not a transformers model: choose another one.");
        }
        if (!files.contains(Snapshot.WEIGHTS) && !files.contains(Snapshot.INDEX)) {
            throw noWeights(name, files);
        }
        if (!hasTokenizer(files::contains)) {
            throw new UserException(name + " has no tokenizer.json and no vocabulary" + sentencePiece(files)
                    + ": choose a repository or a revision that has a tokenizer.json.");
        }
    }

    private static String sentencePiece(List<String> files) {
        return files.stream()
                .filter(file -> file.matches("[^/]+\\.(model|spm)|tekken\\.json"))
                .findFirst()
                .map(file -> " but " + file + ", which Headlight doesn't read")
                .orElse("");
    }

    private static UserException noWeights(ModelName name, List<String> files) {
        List<String> pickles =
                files.stream().filter(file -> file.matches(PICKLES)).toList();
        if (!pickles.isEmpty()) {
            return new UserException(name + " has its weights only as pickles (" + named(pickles)
                    + "), which can run any code and are never opened: choose a model that has model.safetensors; if"
                    + " its discussions on the hub offer one, that is " + name.repository() + "@refs/pr/NUMBER.");
        }
        List<String> others =
                files.stream().filter(file -> file.matches(OTHER_WEIGHTS)).toList();
        return new UserException(name + " has no model.safetensors"
                + (others.isEmpty() ? "" : ", only " + named(others))
                + ": choose a repository or a revision that has one.");
    }

    private static String named(List<String> files) {
        String first = String.join(", ", files.subList(0, Math.min(MOST_NAMED, files.size())));
        return files.size() > MOST_NAMED ? first + " and " + (files.size() - MOST_NAMED) + " more" : first;
    }
}
