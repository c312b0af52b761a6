/**
 * Names to folders of checkpoints: the embedded model, folders, and the hub's cache, which {@code hub.download} fills. Knows
 * no HTTP and no model families.
 */
package dev.headlight.hub;
