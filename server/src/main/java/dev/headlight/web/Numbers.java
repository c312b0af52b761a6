package dev.headlight.web;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.Measure;
import dev.headlight.inspect.Alignment;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Difference;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Overview;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.Session;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The numbers of inspections over HTTP, as {@link ArrayResponses} writes them. */
final class Numbers {
    private static final Logger LOG = LoggerFactory.getLogger(Numbers.class);

    private final Turns turns = new Turns(4);
    private final Session session;

    Numbers(Session session) {
        this.session = session;
    }

    /** Weights of a layer, by the number of a head or a token. */
    private interface Weights {
        Matrix of(Heads heads, AttentionKind kind, int layer, int number);
    }

    void addTo(RoutesConfig routes) {
        String inspection = "/api/inspections/{id}";
        String attention = inspection + "/attention/{kind}/{layer}";
        routes.get(attention, this::layer)
                .get(attention + "/heads/{head}", context -> weights(context, "head", Heads::head))
                .get(attention + "/from/{token}", context -> weights(context, "token", Heads::from))
                .get(attention + "/to/{token}", context -> weights(context, "token", Heads::to))
                .get(inspection + "/vectors/{kind}/{layer}/{head}", this::vectors)
                .get(inspection + "/overview/{kind}", this::overview)
                .get(inspection + "/difference/{kind}/{other}", this::difference);
    }

    private void layer(Context context) {
        AttentionKind kind = Api.kind(context);
        int layer = Api.number(context, "layer");
        answer(
                context,
                heads -> ArrayResponses.layer(
                        heads.heads(),
                        heads.shape(kind),
                        heads.quantizedLayer(kind, layer),
                        ArrayResponses.measure(heads, kind, layer)));
    }

    /** Sends exact weights, of a head, from a token or to it. */
    private void weights(Context context, String place, Weights weights) {
        AttentionKind kind = Api.kind(context);
        int layer = Api.number(context, "layer");
        int number = Api.number(context, place);
        answer(
                context,
                heads -> ArrayResponses.attention(
                        weights.of(heads, kind, layer, number), ArrayResponses.measure(heads, kind, layer)));
    }

    private void vectors(Context context) {
        AttentionKind kind = Api.kind(context);
        int layer = Api.number(context, "layer");
        int head = Api.number(context, "head");
        answer(context, heads -> ArrayResponses.vectors(heads, kind, layer, head));
    }

    /** Sends what is read of the inspection's heads, by the measure asked for, on the engine thread. */
    private void answer(Context context, Function<Heads, byte[]> reader) {
        Measure measure = measure(context);
        int id = Api.opened(session, context, "id").id();
        Cancellation cancellation = Api.whileConnected(context);
        turns.run(() -> send(context, session.read(id, heads -> reader.apply(heads.by(measure)), cancellation)));
    }

    /** Sends an array, of some megabytes, now: as the result of the request it would be sent after its turn. */
    private static void send(Context context, byte[] array) {
        context.contentType("application/octet-stream");
        context.res().setContentLength(array.length);
        try {
            context.outputStream().write(array);
        } catch (IOException e) {
            LOG.debug("the client disconnected");
            Unfinished.abort(context.res());
        }
    }

    private static Measure measure(Context context) {
        String id = context.queryParam("measure");
        return id == null
                ? Measure.WEIGHT
                : Measure.of(id).orElseThrow(() -> new Api.BadRequest("A measure is weight, norm or rollout."));
    }

    private void overview(Context context) {
        AttentionKind kind = Api.kind(context);
        OpenInspection opened = Api.opened(session, context, "id");
        Measure measure = measure(context);
        record Found(AttentionShape shape, Overview overview) {}
        Cancellation cancellation = Api.whileConnected(context);
        Found found = session.read(
                opened.id(),
                heads -> new Found(heads.shape(kind), heads.by(measure).overview(kind, cancellation)),
                cancellation);
        bytes(context, ArrayResponses.overview(opened.inspection(), found.shape(), found.overview()));
    }

    private void difference(Context context) {
        AttentionKind kind = Api.kind(context);
        OpenInspection first = Api.opened(session, context, "id");
        OpenInspection second = Api.opened(session, context, "other");
        Measure measure = measure(context);
        Cancellation cancellation = Api.whileConnected(context);
        Alignment alignment = aligned(first.inspection(), second.inspection());
        bytes(
                context,
                session.read(
                        first.id(),
                        second.id(),
                        (a, b) -> ArrayResponses.difference(
                                a.held().layersOf(a.shape(kind)).size(),
                                a.heads(),
                                Difference.between(kind, a.by(measure), b.by(measure), alignment, cancellation)),
                        cancellation));
    }

    private static Alignment aligned(Inspection first, Inspection second) {
        return first.model().equals(second.model())
                ? Alignment.of(first.tokens(), second.tokens())
                : Alignment.ofModels(first.tokens(), second.tokens());
    }

    private static void bytes(Context context, byte[] array) {
        context.contentType("application/octet-stream").result(array);
    }
}
