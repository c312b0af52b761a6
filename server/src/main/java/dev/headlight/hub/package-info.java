/** A model's name to the folder that its checkpoint lies in, fetched where it isn't here. Knows no model families. */
package dev.headlight.hub;
