/** Attention arrays that were made elsewhere, or saved before, as inspections. Runs no model. */
package dev.headlight.imports;
