package dev.headlight.web;

import dev.headlight.Cancellation;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Layers;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Overview;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.Session;
import java.util.List;
import java.util.function.Function;

/**
 * An open inspection's layers, each asked for when it is read: between two of them the session answers others.
 *
 * @param session where it is open
 * @param opened the inspection
 */
record OpenLayers(Session session, OpenInspection opened) implements Layers {
    private <T> T read(Function<Heads, T> reader) {
        return session.read(opened.id(), reader, () -> {});
    }

    @Override
    public int layers() {
        return opened.inspection().layers();
    }

    @Override
    public int heads() {
        return opened.inspection().heads();
    }

    @Override
    public List<Matrix> layer(int layer) {
        return read(heads -> heads.layer(layer));
    }

    @Override
    public List<Matrix> queries(int layer) {
        return read(heads -> heads.queries(layer));
    }

    @Override
    public List<Matrix> keys(int layer) {
        return read(heads -> heads.keys(layer));
    }

    @Override
    public List<Matrix> crossQueries(int layer) {
        return read(heads -> heads.crossQueries(layer));
    }

    @Override
    public List<Matrix> crossKeys(int layer) {
        return read(heads -> heads.crossKeys(layer));
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
    public Overview overview(Cancellation cancellation) {
        return session.read(opened.id(), heads -> heads.overview(cancellation), cancellation);
    }
}
