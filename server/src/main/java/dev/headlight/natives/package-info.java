/** Finds, checks and loads native libraries. Knows neither libtorch nor tokenizers. */
package dev.headlight.natives;
