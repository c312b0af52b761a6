/** Unpacks, checks and loads native libraries, once per machine. Knows neither libtorch nor tokenizers. */
package dev.headlight.natives;
