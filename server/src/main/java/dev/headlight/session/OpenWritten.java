package dev.headlight.session;

/**
 * An open inspection of a text that the model went on with, by a token.
 *
 * @param opened of the longer text
 * @param added what the token added to it; empty while it is part of a character
 * @param asWritten whether its tokens are as the model wrote them, and the tokenizer would divide the text otherwise
 */
public record OpenWritten(OpenInspection opened, String added, boolean asWritten) {}
