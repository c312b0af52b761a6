/**
 * Starts libtorch and reaches what DJL's arrays don't offer. The only importer of ai.djl.pytorch. Knows no checkpoints
 * and no models.
 */
package dev.headlight.engine;
