package dev.headlight.session;

import dev.headlight.inspect.Inspection;

/**
 * An inspection that can be asked for by its number.
 *
 * @param id its number in this session, from 1
 * @param inspection what was found out
 * @param linked whether an editor has the text open, and wants to hear what is pointed at and accepted
 */
public record OpenInspection(int id, Inspection inspection, boolean linked) {}
