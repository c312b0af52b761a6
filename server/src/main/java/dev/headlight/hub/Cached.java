package dev.headlight.hub;

import dev.headlight.hub.download.ModelName;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A revision of a model in the cache.
 *
 * @param name the repository, and a branch or tag; the commit, where none of these is at it
 * @param commit which commit
 * @param folder its files
 * @param bytes what they take; a blob that two revisions share counts in both
 * @param missing what it lacks to be a whole model, in a few words; none where it is whole
 */
public record Cached(ModelName name, String commit, Path folder, long bytes, Optional<String> missing) {}
