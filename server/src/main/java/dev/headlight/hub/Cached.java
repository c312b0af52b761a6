package dev.headlight.hub;

import dev.headlight.hub.download.ModelName;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A revision of a model in the cache.
 *
 * @param name the repository with a branch or tag, or with the commit if no branch or tag points to it
 * @param commit its commit
 * @param folder its files
 * @param bytes their size; a blob shared by two revisions counts in both
 * @param missing what is missing, in a few words; empty if the model is complete
 */
public record Cached(ModelName name, String commit, Path folder, long bytes, Optional<String> missing) {}
