package dev.headlight.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Locale;

/** Opens an address in the user's browser. */
final class Browser {
    private Browser() {}

    /**
     * Opens an address. Any user of this machine can read it, because program arguments are public. Does nothing if
     * there is no display or no way to open a browser: the address has been printed.
     */
    static void open(String url) {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        List<String> command;
        if (os.startsWith("mac")) {
            command = List.of("open", url);
        } else if (os.startsWith("win")) {
            // with its full path, or Windows would search the working directory first
            String windows = System.getenv().getOrDefault("SystemRoot", "C:\\Windows");
            command = List.of(windows + "\\System32\\rundll32.exe", "url.dll,FileProtocolHandler", url);
        } else if (System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null) {
            command = List.of("xdg-open", url);
        } else {
            return;
        }
        try {
            new ProcessBuilder(command)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // no such program: the address has been printed
        }
    }
}
