package dev.headlight.session;

import dev.headlight.inspect.Inspection;

/**
 * An open inspection, known by its number.
 *
 * @param id its number in this session, from 1
 * @param inspection its result
 * @param linked whether an editor has the text open and wants events for pointing and accepted words
 */
public record OpenInspection(int id, Inspection inspection, boolean linked) {}
