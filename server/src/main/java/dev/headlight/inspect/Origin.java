package dev.headlight.inspect;

import dev.headlight.weights.FileHashes;
import java.util.Map;
import java.util.Optional;

/**
 * Where attention comes from, besides its model's name. Of a file it is what the file says.
 *
 * @param revision the model's commit on the hub, or what somebody calls its version; empty if it is not known
 * @param headlight the version of Headlight that computed the attention; empty if another program did
 * @param weights of the files that the model's weights are in
 */
public record Origin(Optional<String> revision, Optional<String> headlight, FileHashes weights) {
    /** SHA-256 of the files of weights, by their names; none while they are unknown. */
    public Map<String, String> hashes() {
        return weights.now();
    }

    /** Begins to compute them in the background. */
    public void startHashing() {
        weights.start();
    }

    /** Waits until they are computed. */
    public void awaitHashes() {
        weights.await();
    }
}
