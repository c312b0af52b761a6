package dev.headlight.client;

/**
 * What the server has looked at.
 *
 * @param id its number
 * @param url where its page is
 * @param model the model's name
 * @param leftOut how many tokens the model could not take
 */
public record InspectionPage(int id, String url, String model, int leftOut) {}
