/** Text to tokens and back, by DJL's Hugging Face tokenizers, which no other package imports. Knows no models. */
package dev.headlight.tokens;
