package dev.headlight.inspect;

import dev.headlight.AttentionKind;
import dev.headlight.OutOfRangeException;
import dev.headlight.UserException;
import dev.headlight.model.Input;
import dev.headlight.model.Without;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What somebody takes out of a text and a model before the model reads the text. Numbers count from 0, and tokens are
 * those of the inspection. {@code SELF} means the first kind of attention of a model that has several.
 *
 * @param blanked tokens of words that read as the mask token; place and order stay
 * @param hidden tokens of words that no token may look at
 * @param heads heads whose output is zero
 * @param averaged heads whose output is its mean over the text
 * @param edges what one token may not look at in one head
 * @param attention layers whose attention adds nothing
 * @param feedForward layers whose feed-forward part adds nothing
 */
public record TakenOut(
        Set<Integer> blanked,
        Set<Integer> hidden,
        Set<Head> heads,
        Set<Head> averaged,
        Set<Edge> edges,
        Set<Layer> attention,
        Set<Layer> feedForward) {

    public static final TakenOut NOTHING =
            new TakenOut(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    /** A head of a layer. */
    public record Head(AttentionKind kind, int layer, int head) {}

    /** That a token looks at another, in one head. */
    public record Edge(AttentionKind kind, int layer, int head, int query, int key) {}

    /** A layer of a kind of attention. */
    public record Layer(AttentionKind kind, int layer) {}

    public TakenOut {
        blanked = Set.copyOf(blanked);
        hidden = Set.copyOf(hidden);
        heads = Set.copyOf(heads);
        averaged = Set.copyOf(averaged);
        edges = Set.copyOf(edges);
        attention = Set.copyOf(attention);
        feedForward = Set.copyOf(feedForward);
    }

    public boolean isNothing() {
        return equals(NOTHING);
    }

    /**
     * The same with all tokens of each word, and with the kinds of attention that a model has.
     *
     * @param mask the id of the mask token, if there is one
     * @throws OutOfRangeException if something does not exist
     * @throws UserException if a word is blanked of a model without a mask token
     */
    TakenOut of(List<Token> tokens, List<AttentionShape> shapes, OptionalInt mask) {
        if (!blanked.isEmpty() && mask.isEmpty()) {
            throw new UserException("This model has no mask token: hide words instead of blanking them out.");
        }
        Function<AttentionKind, AttentionKind> kind =
                shapeless -> shapeless == AttentionKind.SELF ? shapes.get(0).kind() : shapeless;
        TakenOut known = new TakenOut(
                whole(blanked, tokens),
                whole(hidden, tokens),
                mapped(heads, at -> new Head(kind.apply(at.kind), at.layer, at.head)),
                mapped(averaged, at -> new Head(kind.apply(at.kind), at.layer, at.head)),
                mapped(edges, at -> new Edge(kind.apply(at.kind), at.layer, at.head, at.query, at.key)),
                mapped(attention, at -> new Layer(kind.apply(at.kind), at.layer)),
                mapped(feedForward, at -> new Layer(kind.apply(at.kind), at.layer)));
        known.check(shapes);
        return known;
    }

    /**
     * Checks that all of it exists in an inspection.
     *
     * @throws OutOfRangeException if something does not
     */
    public void require(Inspection in) {
        Stream.of(blanked, hidden).flatMap(Set::stream).forEach(token -> requireToken(token, in.tokens()));
        check(in.attentions());
        IntStream.concat(
                        Stream.of(heads, averaged).flatMap(Set::stream).mapToInt(Head::head),
                        edges.stream().mapToInt(Edge::head))
                .filter(head -> head < 0 || head >= in.heads())
                .forEach(head -> {
                    throw new OutOfRangeException("head " + head);
                });
    }

    private static void requireToken(int token, List<Token> tokens) {
        if (token < 0 || token >= tokens.size()) {
            throw new OutOfRangeException("token " + token);
        }
    }

    private void check(List<AttentionShape> shapes) {
        for (Head at : heads) {
            shape(at.kind, at.layer, shapes);
        }
        for (Head at : averaged) {
            shape(at.kind, at.layer, shapes);
        }
        for (Edge at : edges) {
            AttentionShape shape = shape(at.kind, at.layer, shapes);
            if (!shape.queries().contains(at.query) || !shape.keys().contains(at.key)) {
                throw new OutOfRangeException("edge from token " + at.query + " to token " + at.key);
            }
        }
        attention.forEach(at -> shape(at.kind, at.layer, shapes));
        for (Layer at : feedForward) {
            shape(at.kind, at.layer, shapes);
            if (at.kind == AttentionKind.CROSS) {
                throw new OutOfRangeException("feed-forward part of cross-attention: it is the decoder’s");
            }
        }
    }

    private static AttentionShape shape(AttentionKind kind, int layer, List<AttentionShape> shapes) {
        AttentionShape shape = shapes.stream()
                .filter(one -> one.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new OutOfRangeException(kind.id() + " attention in this model"));
        if (layer < 0 || layer >= shape.layers()) {
            throw new OutOfRangeException(kind.id() + " layer " + layer);
        }
        return shape;
    }

    /** All tokens of the words that some tokens are of. */
    private static Set<Integer> whole(Set<Integer> some, List<Token> tokens) {
        some.forEach(token -> requireToken(token, tokens));
        return IntStream.range(0, tokens.size())
                .filter(i -> some.contains(i)
                        || some.stream().map(tokens::get).anyMatch(one -> sameWord(one, tokens.get(i))))
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
    }

    private static boolean sameWord(Token one, Token other) {
        return !one.added()
                && !other.added()
                && one.segment() == other.segment()
                && one.word() == other.word()
                && one.type() == other.type();
    }

    private static <T> Set<T> mapped(Set<T> all, Function<T, T> to) {
        return all.stream().map(to).collect(Collectors.toUnmodifiableSet());
    }

    /** The tokens as the model reads them: the mask token in place of those blanked out. */
    Input in(Input input, OptionalInt mask) {
        List<Integer> ids = new ArrayList<>(input.ids());
        blanked.forEach(token -> ids.set(token, mask.orElseThrow()));
        return new Input(ids, input.types());
    }

    /** What a pass takes: an edge's tokens count within their own sequences there. */
    Without without(List<AttentionShape> shapes) {
        return new Without(
                hidden,
                all(heads, at -> new Without.Head(at.kind, at.layer, at.head)),
                all(averaged, at -> new Without.Head(at.kind, at.layer, at.head)),
                all(edges, at -> {
                    AttentionShape shape = shape(at.kind, at.layer, shapes);
                    return new Without.Edge(
                            at.kind,
                            at.layer,
                            at.head,
                            at.query - shape.queries().start(),
                            at.key - shape.keys().start());
                }),
                all(attention, at -> new Without.Sublayer(at.kind, at.layer)),
                all(feedForward, at -> new Without.Sublayer(at.kind, at.layer)));
    }

    private static <T, R> Set<R> all(Set<T> some, Function<T, R> to) {
        return some.stream().map(to).collect(Collectors.toUnmodifiableSet());
    }

    /** Heads in the order of layers. */
    public static Stream<Head> inOrder(Set<Head> heads) {
        return heads.stream()
                .sorted(Comparator.comparing(Head::kind)
                        .thenComparingInt(Head::layer)
                        .thenComparingInt(Head::head));
    }

    /** Layers in order. */
    public static Stream<Layer> layersInOrder(Set<Layer> layers) {
        return layers.stream().sorted(Comparator.comparing(Layer::kind).thenComparingInt(Layer::layer));
    }

    /** Edges in the order of layers, heads and tokens. */
    public static Stream<Edge> edgesInOrder(Set<Edge> edges) {
        return edges.stream()
                .sorted(Comparator.comparing(Edge::kind)
                        .thenComparingInt(Edge::layer)
                        .thenComparingInt(Edge::head)
                        .thenComparingInt(Edge::query)
                        .thenComparingInt(Edge::key));
    }
}
