package dev.headlight.imports;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.PositionTerm;
import dev.headlight.UserException;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Selection;
import dev.headlight.inspect.TakenOut;
import dev.headlight.model.Dimensions;
import dev.headlight.model.GivenAttention;
import dev.headlight.text.Span;
import dev.headlight.tokens.SpelledTokens;
import dev.headlight.tokens.Token;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Opens attention arrays of any model: {@code attention} [L, H, T, T], or of an encoder-decoder {@code encoderAttention},
 * {@code decoderAttention} and {@code crossAttention}; {@code query} and {@code key} [L, H, T, d] if there are any; and
 * tokens. docs/files.md describes it.
 */
public final class AttentionFile {
    /** Of a layer: missing ones are of size 1, and one of size 1 too many is a batch. */
    private static final int DIMENSIONS = 3;

    static final int MOST_LAYERS = 1000;
    static final int MOST_HEADS = 256;

    private final ArrayFile file;
    private final Map<AttentionKind, FileAttention> attentions = new EnumMap<>(AttentionKind.class);

    private AttentionFile(ArrayFile file) {
        this.file = file;
    }

    /**
     * Opens a safetensors, {@code .npz} or JSON file.
     *
     * @return to be closed by the caller
     * @throws UserException if it holds no attention, or what it holds doesn't fit together
     */
    public static Inspected open(Path path) {
        return new AttentionFile(ArrayFile.open(path)).read();
    }

    private Inspected read() {
        for (AttentionKind kind : AttentionKind.values()) {
            List<Stored> weights = layers(kind.arrayName("attention"));
            if (!weights.isEmpty()) {
                Map<PositionTerm, List<Stored>> positions = new EnumMap<>(PositionTerm.class);
                for (PositionTerm term : PositionTerm.values()) {
                    vectors(kind, term.array()).ifPresent(found -> positions.put(term, found));
                }
                attentions.put(
                        kind, new FileAttention(weights, vectors(kind, "query"), vectors(kind, "key"), positions));
            }
        }
        if (attentions.isEmpty()) {
            throw file.error("holds no attention: name its array “attention”, of shape [layers, heads, tokens, tokens],"
                    + " or one for each layer, “attention.0” and so on.");
        }
        if (attentions.containsKey(AttentionKind.SELF) && attentions.size() > 1) {
            throw file.error("holds both “attention” and those of an encoder-decoder: save the one or the others.");
        }
        attentions.forEach(this::checkSizes);
        attentions
                .values()
                .forEach(attention -> attention.fault().ifPresent(fault -> {
                    throw file.error(fault);
                }));
        Inspection inspection = SavedInspection.of(file, attentions).orElseGet(this::foreign);
        Set<Integer> separators = inspection.tokens().stream()
                .filter(SpelledTokens::separates)
                .map(Token::id)
                .collect(Collectors.toSet());
        return Inspected.given(
                inspection, Map.copyOf(new EnumMap<AttentionKind, GivenAttention>(attentions)), separators);
    }

    /**
     * The layers of an array, or of several that are numbered from 0.
     *
     * @return none if there is no such array
     */
    private List<Stored> layers(String name) {
        String snake = name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
        for (String known : List.of(name, name + "s", snake, snake + "s")) {
            Stored all = file.arrays().get(known);
            if (all != null) {
                long[] shape = all.shape();
                if (shape.length <= DIMENSIONS) {
                    return List.of(layer(all));
                }
                requireFew("layers", shape[0], MOST_LAYERS);
                return IntStream.range(0, (int) shape[0])
                        .mapToObj(at -> layer(all.part(at)))
                        .toList();
            }
            List<Stored> numbered = Stream.iterate(0, at -> at + 1)
                    .map(at -> file.arrays().get(known + "." + at))
                    .takeWhile(layer -> layer != null)
                    .map(this::layer)
                    .toList();
            long named = file.arrays().keySet().stream()
                    .filter(other -> other.matches(Pattern.quote(known) + "\\.\\d+"))
                    .count();
            if (named != numbered.size()) {
                throw file.error("has " + named + " arrays of “" + known + "”, but no “" + known + "." + numbered.size()
                        + "”: number the layers from 0, and leave none out.");
            }
            if (!numbered.isEmpty()) {
                return numbered;
            }
        }
        return List.of();
    }

    private Stored layer(Stored stored) {
        long[] shape = stored.shape();
        if (shape.length == DIMENSIONS + 1 && shape[0] == 1) {
            return layer(stored.part(0));
        }
        if (shape.length == DIMENSIONS + 1) {
            throw file.error("holds a batch of " + shape[0] + " texts in “" + stored.name() + "”: save one of them.");
        }
        if (shape.length == DIMENSIONS) {
            return stored;
        }
        if (shape.length == DIMENSIONS - 1) {
            return stored.alone();
        }
        throw file.error("has “" + stored.name() + "” of shape " + Arrays.toString(shape)
                + ": expected [layers, heads, tokens, tokens] (a hidden state is no attention).");
    }

    private Optional<List<Stored>> vectors(AttentionKind kind, String what) {
        List<Stored> found = layers(kind.arrayName(what));
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private void checkSizes(AttentionKind kind, FileAttention attention) {
        String name = kind.arrayName("attention");
        requireFew("heads", attention.heads(), MOST_HEADS);
        requireFew("layers", attention.layers(), MOST_LAYERS);
        requireFew("tokens", Math.max(attention.queries(), attention.keys()), Dimensions.MOST_TOKENS);
        for (Stored layer : attention.weights()) {
            if (!Arrays.equals(layer.shape(), attention.weights().get(0).shape())) {
                throw file.error("has layers of different sizes in “" + name + "”, which can't be shown together.");
            }
        }
        if (kind != AttentionKind.CROSS && attention.queries() != attention.keys()) {
            throw file.error("has “" + name + "” of " + attention.queries() + " by " + attention.keys()
                    + " tokens, but tokens of one text attend to each other: name what leads to another text"
                    + " “crossAttention”.");
        }
        if (attention.heads() != attentions.values().iterator().next().heads()) {
            throw file.error("has attentions of different numbers of heads, which can't be shown together.");
        }
        if (attention.query().isPresent() != attention.key().isPresent()) {
            throw file.error("has queries without keys, or keys without queries: save both, or neither.");
        }
        attention.query().ifPresent(query -> checkVectors(attention, query, attention.queries()));
        attention.key().ifPresent(key -> checkVectors(attention, key, attention.keys()));
        attention.positions().values().forEach(each -> checkVectors(attention, each, 2 * attention.keys() - 1));
    }

    private void checkVectors(FileAttention attention, List<Stored> vectors, int tokens) {
        long[] expected = {attention.heads(), tokens, attention.headSize()};
        for (Stored layer : vectors) {
            if (vectors.size() != attention.layers() || !Arrays.equals(layer.shape(), expected)) {
                throw file.error("has “" + layer.name() + "” of another size than its attention: save [layers, heads,"
                        + " tokens, size] for the same layers, heads and tokens.");
            }
        }
    }

    private void requireFew(String what, long count, int most) {
        if (count < 1 || count > most) {
            throw file.error("has " + count + " " + what + ": Headlight shows 1 to " + most + ".");
        }
    }

    /** What other programs say: tokens, and perhaps where the second text begins. */
    private Inspection foreign() {
        FileAttention first = attentions.values().iterator().next();
        boolean one = attentions.containsKey(AttentionKind.SELF);
        int source = one ? first.queries() : size(AttentionKind.ENCODER, false);
        int target = one ? 0 : size(AttentionKind.DECODER, true);
        List<String> before = one ? tokens(source, "tokens") : tokens(source, "encoderTokens", "encoder_tokens");
        List<String> after = tokens(target, "decoderTokens", "decoder_tokens");
        int second = one ? secondText(source) : source;
        List<String> all = Stream.concat(before.stream(), after.stream()).toList();
        SpelledTokens spelled = new SpelledTokens(all);
        SpelledTokens.Read text = spelled.read(all.subList(0, second), 0);
        SpelledTokens.Read pair = spelled.read(all.subList(second, all.size()), 1);
        List<Token> tokens = new ArrayList<>(text.tokens());
        tokens.addAll(pair.tokens());
        boolean vectors = attentions.values().stream().allMatch(attention -> attention.headSize() > 0);
        int layers = attentions.values().stream()
                .mapToInt(FileAttention::layers)
                .max()
                .orElseThrow();
        return new Inspection(
                model(),
                SavedOrigin.of(file, file.notes()),
                layers,
                first.heads(),
                vectors ? first.headSize() : 0,
                attentions.entrySet().stream()
                        .map(of -> shape(of.getKey(), of.getValue(), source))
                        .toList(),
                text.text(),
                second < all.size() ? Optional.of(pair.text()) : Optional.empty(),
                tokens,
                List.of(),
                List.of(),
                one ? Optional.empty() : Optional.of(Inspection.Target.GIVEN),
                Optional.empty(),
                false,
                TakenOut.NOTHING,
                Selection.all(layers, first.heads()));
    }

    /** How many tokens the source or the target has; 0 if the file has no attention of it. */
    private int size(AttentionKind own, boolean queries) {
        int[] sizes = Stream.of(own, AttentionKind.CROSS)
                .map(attentions::get)
                .filter(attention -> attention != null)
                .mapToInt(attention -> queries ? attention.queries() : attention.keys())
                .distinct()
                .toArray();
        if (sizes.length > 1) {
            throw file.error("has attentions that differ in their number of tokens (" + sizes[0] + " and " + sizes[1]
                    + "): save those of one pair of texts.");
        }
        return sizes.length == 0 ? 0 : sizes[0];
    }

    private static AttentionShape shape(AttentionKind kind, FileAttention attention, int source) {
        int queries = kind == AttentionKind.DECODER || kind == AttentionKind.CROSS ? source : 0;
        int keys = kind == AttentionKind.DECODER ? source : 0;
        boolean causal = kind != AttentionKind.CROSS && attention.looksBack();
        return AttentionShape.of(
                kind,
                new Span(queries, queries + attention.queries()),
                new Span(keys, keys + attention.keys()),
                attention.layers(),
                causal);
    }

    private List<String> tokens(int count, String... names) {
        if (count == 0) {
            return List.of();
        }
        Optional<JsonElement> found = Stream.of(names)
                .map(file.notes()::get)
                .filter(note -> note != null)
                .findFirst();
        if (found.isEmpty()) {
            throw file.error("names no tokens: save a list of them, as “" + names[0] + "”.");
        }
        if (!(found.get() instanceof JsonArray list)
                || !list.asList().stream().allMatch(token -> token instanceof JsonPrimitive text && text.isString())) {
            throw file.error("has “" + names[0] + "” that are no list of strings: save one string for each token.");
        }
        if (list.size() != count) {
            throw file.error("has " + list.size() + " tokens, but attention of " + count
                    + ": save one token for each row, special tokens and padding included.");
        }
        return list.asList().stream().map(JsonElement::getAsString).toList();
    }

    private int secondText(int tokens) {
        Optional<JsonElement> start = Stream.of("sentence_b_start", "secondText")
                .map(file.notes()::get)
                .filter(note -> note != null && !note.isJsonNull())
                .findFirst();
        if (start.isEmpty()) {
            return tokens;
        }
        if (!(start.get() instanceof JsonPrimitive number)
                || !number.getAsString().matches("\\d{1,4}")
                || number.getAsInt() < 1
                || number.getAsInt() >= tokens) {
            throw file.error("has a “sentence_b_start” that is not the number of one of its tokens.");
        }
        return number.getAsInt();
    }

    private String model() {
        return file.notes().get("model") instanceof JsonPrimitive name
                        && !name.getAsString().isBlank()
                ? name.getAsString()
                : String.valueOf(file.path().getFileName());
    }
}
