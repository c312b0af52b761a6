/** The command line, which wires everything else together. The only owner of standard input and output. */
package dev.headlight.cli;
