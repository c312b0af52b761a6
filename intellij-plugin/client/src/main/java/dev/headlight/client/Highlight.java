package dev.headlight.client;

import java.util.List;

/**
 * What of a document is to be lit up, in place of what was before.
 *
 * @param uri which document
 * @param version the version of it that the lights are in
 * @param lights none: light nothing up
 */
public record Highlight(String uri, int version, List<Light> lights) {
    /**
     * A part of the text, and how strongly it is attended to.
     *
     * @param weight 0 to 1
     */
    public record Light(Span span, double weight) {}
}
