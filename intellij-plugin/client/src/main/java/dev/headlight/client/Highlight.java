package dev.headlight.client;

import dev.headlight.text.Span;
import java.util.List;

/**
 * The highlights of a document, which replace all earlier ones.
 *
 * @param uri the document
 * @param version of the document that the spans refer to
 * @param lights empty to remove the highlights
 */
public record Highlight(String uri, int version, List<Light> lights) {
    /**
     * A span and how much attention it receives.
     *
     * @param share of the largest weight, above 0 and up to 1
     */
    public record Light(Span span, double share) {}
}
