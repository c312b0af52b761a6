/** A checkpoint's config.json, and its safetensors as checked, named arrays. Knows no model family. */
package dev.headlight.weights;
