package dev.headlight.session;

import dev.headlight.inspect.Inspection;

/**
 * An inspection that can be asked for by its number.
 *
 * @param id its number in this session, from 1
 * @param inspection what was found out
 */
public record Opened(int id, Inspection inspection) {}
