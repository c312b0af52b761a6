package dev.headlight.client;

/**
 * An inspection by the server, and its page.
 *
 * @param id its number
 * @param url the address of its page
 * @param model the model's name
 * @param leftOut how many tokens did not fit into the model
 */
public record InspectionPage(int id, String url, String model, int leftOut) {}
