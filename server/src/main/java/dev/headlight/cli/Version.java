package dev.headlight.cli;

import dev.headlight.Release;
import picocli.CommandLine.IVersionProvider;

/** What a report of a problem needs: the versions of Headlight, libtorch and Java, and the machine. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String commit = Release.commit().map(digits -> " (" + digits + ")").orElse("");
        return new String[] {
            "headlight " + Release.version() + commit,
            "libtorch " + Release.libtorch() + ", Java " + Runtime.version().feature() + ", "
                    + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
        };
    }
}
