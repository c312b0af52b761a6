package dev.headlight.client;

import dev.headlight.text.Span;
import java.util.List;

/**
 * An inspection by the server, and its page.
 *
 * @param id its number
 * @param url the address of its page
 * @param model the model's name
 * @param leftOut how many tokens did not fit into the model
 * @param version of the document that was inspected
 * @param spans what was inspected, one for each text: the paragraph, if an empty span was requested
 */
public record InspectionPage(int id, String url, String model, int leftOut, int version, List<Span> spans) {}
