/**
 * The plugin for JetBrains IDEs: what a person sees and does. Knows no protocol (that is {@code dev.headlight.client}) and
 * no model. Nothing here waits for the server on the thread of the user interface.
 */
package dev.headlight.intellij;
