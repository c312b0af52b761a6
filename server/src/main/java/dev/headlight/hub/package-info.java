/** A model's name to the folder that its checkpoint lies in. Knows nothing of what is in it. */
package dev.headlight.hub;
