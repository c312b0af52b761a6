package dev.headlight.client;

import dev.headlight.text.Span;
import java.util.List;

/**
 * The highlights of a document, which replace all earlier ones.
 *
 * @param uri the document
 * @param version of the document that the spans refer to
 * @param effects whether they show what words do to an answer, instead of attention
 * @param lights empty to remove the highlights
 */
public record Highlight(String uri, int version, boolean effects, List<Light> lights) {
    /**
     * A span and how much attention it receives, or its effect.
     *
     * @param share of the largest weight, above 0 and up to 1; of the largest effect, from −1 to 1
     */
    public record Light(Span span, double share) {}
}
