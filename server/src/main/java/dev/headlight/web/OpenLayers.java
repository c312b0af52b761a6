package dev.headlight.web;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.PositionTerm;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Layers;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Overview;
import dev.headlight.inspect.Selection;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.Session;
import java.util.List;
import java.util.function.Function;

/**
 * An open inspection's layers, each requested when it is read: between two of them the session answers others.
 *
 * @param session its session
 * @param opened the inspection
 * @param cancellation ends the reading
 */
record OpenLayers(Session session, OpenInspection opened, Cancellation cancellation) implements Layers {
    private <T> T read(Function<Heads, T> reader) {
        return session.read(opened.id(), reader, cancellation);
    }

    @Override
    public Selection held() {
        return opened.inspection().held();
    }

    @Override
    public List<AttentionShape> attentions() {
        return opened.inspection().attentions();
    }

    @Override
    public List<Matrix> layer(AttentionKind kind, int layer) {
        return read(heads -> heads.layer(kind, layer));
    }

    @Override
    public Matrix head(AttentionKind kind, int layer, int head) {
        return read(heads -> heads.head(kind, layer, head));
    }

    @Override
    public List<Matrix> queries(AttentionKind kind, int layer) {
        return read(heads -> heads.queries(kind, layer));
    }

    @Override
    public List<Matrix> keys(AttentionKind kind, int layer) {
        return read(heads -> heads.keys(kind, layer));
    }

    @Override
    public List<Matrix> positions(AttentionKind kind, int layer, PositionTerm term) {
        return read(heads -> heads.positions(kind, layer, term));
    }

    @Override
    public int logitRows() {
        return read(Heads::logitRows);
    }

    @Override
    public Matrix logits(int from, int to) {
        return read(heads -> heads.logits(from, to));
    }

    @Override
    public int vocabulary() {
        return read(Heads::vocabulary);
    }

    @Override
    public Overview overview(AttentionKind kind, Cancellation other) {
        return read(heads -> heads.overview(kind, cancellation));
    }
}
