package dev.headlight.inspect;

/**
 * One word for a blank.
 *
 * @param word as it would be written in the text; with its leading space if it follows the text
 * @param token as spelled in the vocabulary
 * @param id the token's id
 * @param probability of the model, over its whole vocabulary
 */
public record Prediction(String word, String token, int id, double probability) {}
