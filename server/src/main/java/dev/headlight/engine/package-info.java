/**
 * Starts libtorch and exposes operators that DJL lacks. The only importer of ai.djl.pytorch. Knows no checkpoints
 * and no models.
 */
package dev.headlight.engine;
