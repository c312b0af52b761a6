package dev.headlight.intellij;

import com.intellij.ide.plugins.cl.PluginAwareClassLoader;
import com.intellij.openapi.application.PathManager;
import dev.headlight.client.ClientListener.Remedy;
import dev.headlight.client.HeadlightException;
import dev.headlight.client.JavaRuntime;
import dev.headlight.client.Launch;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The location of the plugin's server and its launch parameters. */
final class ServerHome {
    private ServerHome() {}

    /** The launch parameters from the current settings. */
    static Launch launch() {
        HeadlightSettings.Values settings = HeadlightSettings.get();
        return new Launch(
                folder(),
                java(settings.javaHome),
                settings.javaOptions,
                settings.model(),
                settings.precision,
                settings.top,
                log());
    }

    /**
     * @param home as entered by the user; blank for the IDE's own
     * @throws HeadlightException if there is no suitable Java
     */
    static JavaRuntime java(String home) {
        try {
            return home.isBlank() ? JavaRuntime.own() : JavaRuntime.at(Path.of(home.strip()));
        } catch (InvalidPathException e) {
            throw new HeadlightException(
                    home.strip() + " is not a valid path: correct the Java runtime in Headlight’s settings.",
                    Remedy.OPEN_SETTINGS);
        }
    }

    private static Path folder() {
        if (ServerHome.class.getClassLoader() instanceof PluginAwareClassLoader loader) {
            return loader.getPluginDescriptor().getPluginPath().resolve("server");
        }
        throw new HeadlightException("Headlight is not installed as a plugin: install it from its zip.");
    }

    /** The server's log file. */
    static Path log() {
        return Path.of(PathManager.getLogPath()).resolve("headlight.log");
    }
}
