/** What heads do over many texts: numbers that add up, on one machine or on many. No files, no command line, no HTTP. */
package dev.headlight.corpus;
