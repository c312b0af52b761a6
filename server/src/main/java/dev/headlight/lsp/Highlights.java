package dev.headlight.lsp;

import dev.headlight.documents.Document;
import dev.headlight.inspect.Inspection;
import dev.headlight.lsp.Editor.Origin;
import dev.headlight.protocol.Messages;
import dev.headlight.session.OpenInspection;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What documents show of an inspection: its tokens, coloured by the weights or effects that a view points at. */
final class Highlights {
    /** Smaller shares of the largest weight are not highlighted: they would be invisible. */
    private static final float MIN_SHARE = 0.05f;

    private final Editor editor;

    Highlights(Editor editor) {
        this.editor = editor;
    }

    /** A span of a document and the attention weight of its token. */
    private record Light(Document document, Span span, float weight) {}

    /**
     * For each document that the inspection is of.
     *
     * @param weights [T], of the inspection's tokens; 0 for one that is not coloured
     */
    List<Messages.Highlight> of(int inspection, String kind, List<Float> weights) {
        List<Light> lights = lights(inspection, weights);
        return editor.origin(inspection).map(Origin::parts).orElse(List.of()).stream()
                .map(Origin.Part::document)
                .distinct()
                .map(document -> highlight(inspection, kind, document, lights))
                .toList();
    }

    /** The document spans of an inspection's tokens, each with a weight. */
    private List<Light> lights(int inspection, List<Float> weights) {
        Optional<Origin> origin = editor.origin(inspection);
        Optional<Inspection> looked = editor.session().find(inspection).map(OpenInspection::inspection);
        if (origin.isEmpty() || looked.isEmpty()) {
            return List.of();
        }
        List<Light> lights = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            Token token = looked.get().tokens().get(i);
            boolean generated = token.segment() >= origin.get().parts().size(); // not part of a document
            if (!token.added() && !generated) {
                Origin.Part part = origin.get().parts().get(token.segment());
                lights.add(new Light(
                        part.document(), token.span().shift(part.span().start()), weights.get(i)));
            }
        }
        return lights;
    }

    private static Messages.Highlight highlight(int inspection, String kind, Document document, List<Light> lights) {
        List<Light> own =
                lights.stream().filter(light -> light.document() == document).toList();
        // With many words each weight is small: only relative weights matter.
        float largest = own.stream()
                .map(light -> Math.abs(light.weight()))
                .max(Float::compare)
                .orElse(1f);
        List<Messages.WeightedSpan> spans = own.stream()
                .filter(light -> light.weight() != 0 && Math.abs(light.weight()) >= MIN_SHARE * largest)
                .map(light ->
                        new Messages.WeightedSpan(Positions.range(document, light.span()), light.weight() / largest))
                .toList();
        return new Messages.Highlight(document.uri(), document.version(), inspection, kind, spans);
    }
}
