/** The command line, and the wiring of everything else. The only owner of standard input and output. */
package dev.headlight.cli;
