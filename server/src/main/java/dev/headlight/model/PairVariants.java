package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Variants of an encoder-decoder: those that change the encoder run it from there on and all of the decoder; others begin
 * in the decoder. S source tokens, T target tokens, D hidden size, V vocabulary, C copies.
 */
final class PairVariants implements Batches.Text {
    private final EncoderDecoder model;
    private final Input input;
    private final int source;
    private final int row;
    private final Without without; // of the text itself and of all variants
    private final NDManager kept;
    private final List<NDArray> encoderInputs = new ArrayList<>(); // (S, D) each
    private final List<Attention.Seen> seen = new ArrayList<>(); // of each layer of the decoder
    private final List<NDArray> decoderInputs = new ArrayList<>(); // (T, D) each
    private final NDArray output; // (1, D)
    private final NDArray logits; // (1, V)

    PairVariants(EncoderDecoder model, Input input, int row, Without without, Cancellation cancellation) {
        input.check(model.dimensions());
        without.check(model.extents(input), input.tokens());
        this.model = model;
        this.without = without;
        this.input = input;
        this.source = EncoderDecoder.sourceTokens(input);
        this.row = row - source;
        if (row < source || row >= input.tokens()) {
            throw new IllegalArgumentException("row " + row + " is outside of the target");
        }
        this.kept = model.scope().newSubManager();
        try (NDManager passing = kept.newSubManager()) {
            List<Without> plain = List.of(without);
            NDArray x = model.source().forward(part(input, false), passing); // (S, D)
            for (int i = 0; i < model.encoder().size(); i++) {
                encoderInputs.add(keep(x));
                cancellation.check();
                x = encoderLayer(i, x, encoderPass(plain, passing));
            }
            for (Attention.Seen each : model.seen(x, 1)) {
                seen.add(new Attention.Seen(keep(each.key()), keep(each.value())));
            }
            NDArray y = model.target().forward(part(input, true), passing); // (T, D)
            for (int i = 0; i < model.decoder().size(); i++) {
                decoderInputs.add(keep(y));
                cancellation.check();
                y = decoderLayer(i, y, seen.get(i), plain, passing);
            }
            output = keep(Embedding.rows(y, new long[] {this.row}, passing));
            logits = keep(model.head().orElseThrow().forward(output));
        } catch (RuntimeException e) {
            kept.close();
            throw e;
        }
    }

    private NDArray keep(NDArray array) {
        NDArray copy = array.duplicate();
        copy.attach(kept);
        return copy;
    }

    /** The tokens of the source, or those of the target. */
    private Input part(Input whole, boolean target) {
        List<Integer> ids = target
                ? whole.ids().subList(source, whole.tokens())
                : whole.ids().subList(0, source);
        return new Input(ids, Collections.nCopies(ids.size(), 0));
    }

    private Pass encoderPass(List<Without> copies, NDManager passing) {
        return new Pass(passing, AttentionKind.ENCODER, Optional.empty(), source, 0, copies);
    }

    private NDArray encoderLayer(int layer, NDArray x, Pass pass) {
        return model.encoder().get(layer).forward(x, pass.all(), pass.step(layer));
    }

    private NDArray decoderLayer(int layer, NDArray y, Attention.Seen of, List<Without> copies, NDManager passing) {
        int target = input.tokens() - source;
        Pass own = new Pass(passing, AttentionKind.DECODER, Optional.empty(), target, source, copies);
        Pass cross = new Pass(passing, AttentionKind.CROSS, Optional.empty(), target, 0, copies);
        return model.decoder().get(layer).forward(y, of, own.step(layer), cross.step(layer));
    }

    @Override
    public Input input() {
        return input;
    }

    @Override
    public NDArray logits() {
        return logits;
    }

    @Override
    public Family model() {
        return model;
    }

    /** This text alone: others have other lengths of source and target. */
    @Override
    public Object key() {
        return this;
    }

    /** Layers of the encoder first, then those of the decoder. */
    @Override
    public int firstLayer(Variant variant) {
        int encoder = model.encoder().size();
        int decoder = model.decoder().size();
        boolean otherSource = !part(variant.input(), false).equals(part(input, false));
        int inEncoder = otherSource ? 0 : variant.without().firstLayer(AttentionKind.ENCODER, encoder);
        if (inEncoder < encoder) {
            return inEncoder;
        }
        if (!variant.input().equals(input)) {
            return encoder;
        }
        int own = variant.without().firstLayer(AttentionKind.DECODER, decoder);
        int cross = variant.without().firstLayer(AttentionKind.CROSS, decoder);
        return encoder + Math.min(own, cross);
    }

    @Override
    public NDArray run(int first, List<Of> batch, NDManager passing, Cancellation cancellation) {
        int copies = batch.size();
        int encoder = model.encoder().size();
        List<Without> withouts =
                batch.stream().map(of -> without.and(of.variant().without())).toList();
        if (first == encoder + model.decoder().size()) {
            return Batches.joined(batch, of -> logits, passing); // nothing is changed
        }
        List<Attention.Seen> of = first < encoder
                ? read(first, batch, withouts, passing, cancellation)
                : seen.stream().map(each -> repeated(each, batch, passing)).toList();
        int begin = Math.max(0, first - encoder);
        NDArray y = begin == 0
                ? embedded(batch, true, passing)
                : Batches.joined(batch, each -> decoderInputs.get(begin), passing);
        for (int i = begin; i < model.decoder().size(); i++) {
            cancellation.check();
            y = decoderLayer(i, y, of.get(i), withouts, passing); // (C·T, D)
        }
        NDArray places = Rows.some(new long[] {row}).of(y, copies, input.tokens() - source); // (C, D)
        return model.head().orElseThrow().forward(places); // (C, V)
    }

    private List<Attention.Seen> read(
            int first, List<Of> batch, List<Without> withouts, NDManager passing, Cancellation cancellation) {
        NDArray x = first == 0
                ? embedded(batch, false, passing)
                : Batches.joined(batch, of -> encoderInputs.get(first), passing);
        Pass pass = encoderPass(withouts, passing);
        for (int i = first; i < model.encoder().size(); i++) {
            cancellation.check();
            x = encoderLayer(i, x, pass); // (C·S, D)
        }
        return model.seen(x, batch.size());
    }

    private NDArray embedded(List<Of> batch, boolean target, NDManager passing) {
        Embeddings embeddings = target ? model.target() : model.source();
        return Batches.joined(batch, of -> embeddings.forward(part(of.variant().input(), target), passing), passing);
    }

    private static Attention.Seen repeated(Attention.Seen of, List<Of> batch, NDManager scope) {
        return new Attention.Seen(
                Batches.joined(batch, each -> of.key(), scope), Batches.joined(batch, each -> of.value(), scope));
    }

    @Override
    public NDArray lens(NDManager scope) {
        try (NDManager passing = scope.newSubManager()) {
            NDList rows = new NDList();
            decoderInputs.forEach(y -> rows.add(Embedding.rows(y, new long[] {row}, passing)));
            rows.add(output);
            NDArray lens = model.head().orElseThrow().forward(NDArrays.concat(rows, 0));
            lens.attach(scope);
            return lens;
        }
    }

    @Override
    public void close() {
        kept.close();
    }
}
