package dev.headlight.inspect;

/**
 * One word for a blank.
 *
 * @param word as it would stand in the text; what follows a text brings the space before it along
 * @param token as the vocabulary writes it
 * @param id the token's id
 * @param probability of the model, over its whole vocabulary
 */
public record Prediction(String word, String token, int id, double probability) {}
