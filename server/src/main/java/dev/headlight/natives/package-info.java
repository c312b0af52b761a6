/** Where native libraries are unpacked, once a machine. Knows neither libtorch nor tokenizers. */
package dev.headlight.natives;
