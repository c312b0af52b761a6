package dev.headlight.cli;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Locale;

/** Opens an address in the browser that the person uses. */
final class Browser {
    private Browser() {}

    /**
     * Opens an address that everyone on this machine may read, for they can read the arguments of programs. Does nothing
     * where there is no screen, or no way to open a browser: the address was printed.
     */
    static void open(String url) {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        List<String> command;
        if (os.startsWith("mac")) {
            command = List.of("open", url);
        } else if (os.startsWith("win")) {
            // by its whole path, or Windows would look in the working directory first
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
            // no such program: the address was printed
        }
    }
}
