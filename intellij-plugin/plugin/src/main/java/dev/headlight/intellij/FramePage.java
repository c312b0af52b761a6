package dev.headlight.intellij;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.headlight.client.InspectionPage;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The document that frames the server's page: it passes it the IDE's colours and the inspection to show. It accepts
 * messages only from the page.
 */
final class FramePage {
    private static final Gson GSON = new GsonBuilder().create(); // escapes what could end a script
    private static final SecureRandom RANDOM = new SecureRandom();

    private FramePage() {}

    /** @param url of the page */
    static String html(String url, PageTheme theme) {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String nonce = Base64.getEncoder().encodeToString(random);
        URI page = URI.create(url);
        String origin = page.getScheme() + "://" + page.getAuthority();
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; frame-src %ORIGIN%; style-src 'nonce-%NONCE%'; script-src 'nonce-%NONCE%'">
                <style nonce="%NONCE%">
                html, body { height: 100%; margin: 0; padding: 0; }
                body { background: %PAPER%; }
                iframe { display: block; width: 100%; height: 100%; border: 0; }
                </style>
                </head>
                <body>
                <iframe title="Attention" src="%URL%" sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"></iframe>
                <script nonce="%NONCE%">
                const page = document.querySelector('iframe');
                const origin = %ORIGIN_JSON%;
                let theme = %THEME%;
                let opened;
                const send = (message) => page.contentWindow.postMessage(message, origin);
                addEventListener('message', (event) => {
                  if (event.source === page.contentWindow && event.origin === origin && event.data.type === 'ready') {
                    send(theme);
                    if (opened) {
                      send(opened);
                    }
                  }
                });
                window.headlight = {
                  open(inspection, choices) { opened = { type: 'open', inspection, choices }; send(opened); },
                  theme(now) { theme = now; send(now); },
                };
                </script>
                </body>
                </html>
                """.replace("%URL%", escaped(url))
                .replace("%ORIGIN_JSON%", GSON.toJson(origin))
                .replace("%ORIGIN%", escaped(origin))
                .replace("%NONCE%", nonce)
                .replace("%PAPER%", theme.background())
                .replace("%THEME%", GSON.toJson(theme));
    }

    /** A script for the frame that shows another inspection of the same server. */
    static String open(InspectionPage inspection) {
        String choices = inspection.url().replaceFirst("^[^#]*#inspection=\\d+", "");
        return "headlight.open(" + inspection.id() + ", " + GSON.toJson(choices) + ")";
    }

    /** A script for the frame that applies new colours. */
    static String theme(PageTheme theme) {
        return "headlight.theme(" + GSON.toJson(theme) + ")";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("\"", "&quot;")
                .replace("<", "&lt;")
                .replace(">", "&gt;");
    }
}
