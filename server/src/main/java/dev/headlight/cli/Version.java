package dev.headlight.cli;

import dev.headlight.Release;
import picocli.CommandLine.IVersionProvider;

/** Headlight's version. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"headlight " + Release.version()};
    }
}
