package dev.headlight.intellij;

import com.intellij.ide.plugins.cl.PluginAwareClassLoader;
import com.intellij.openapi.application.PathManager;
import dev.headlight.client.HeadlightException;
import dev.headlight.client.JavaRuntime;
import dev.headlight.client.Launch;
import java.nio.file.Path;

/** Where the plugin's server is, and how it is started. */
final class ServerHome {
    private ServerHome() {}

    /** As the settings say now. */
    static Launch launch() {
        HeadlightSettings.Values settings = HeadlightSettings.get();
        JavaRuntime java =
                settings.javaHome.isBlank() ? JavaRuntime.own() : JavaRuntime.at(Path.of(settings.javaHome.strip()));
        return new Launch(folder(), java, settings.javaOptions, settings.model(), settings.top, log());
    }

    private static Path folder() {
        if (ServerHome.class.getClassLoader() instanceof PluginAwareClassLoader loader) {
            return loader.getPluginDescriptor().getPluginPath().resolve("server");
        }
        throw new HeadlightException("Headlight is not installed as a plugin: install it from its zip.");
    }

    /** The file that the server's log goes to. */
    static Path log() {
        return Path.of(PathManager.getLogPath()).resolve("headlight.log");
    }
}
