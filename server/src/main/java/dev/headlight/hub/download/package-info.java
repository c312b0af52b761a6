/**
 * Downloads files from the hub: the transport, its proxies and settings, retries, checksums and progress. Knows no cache of
 * models; {@code dev.headlight.hub} says which files go where.
 */
package dev.headlight.hub.download;
