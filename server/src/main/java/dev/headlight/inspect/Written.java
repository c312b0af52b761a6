package dev.headlight.inspect;

/**
 * A text that a model went on with, by a token.
 *
 * @param inspected to be closed by the caller
 * @param request for the longer text
 * @param added what the token adds to the text
 * @param asWritten whether the tokens are as the model wrote them, and the tokenizer would divide the text otherwise
 */
public record Written(Inspected inspected, Request request, String added, boolean asWritten) {}
