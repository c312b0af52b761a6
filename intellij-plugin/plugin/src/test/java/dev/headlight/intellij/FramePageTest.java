package dev.headlight.intellij;

import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.openapi.editor.impl.DocumentImpl;
import dev.headlight.client.InspectionPage;
import java.awt.Color;
import java.awt.Font;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FramePageTest {
    private static final String URL = "http://127.0.0.1:4711/abc/#inspection=1";

    private static PageTheme theme(boolean dark) {
        StandInEditor editor = new StandInEditor(null, new DocumentImpl(""));
        editor.dark = dark;
        Map<String, Color> named = Map.of("Panel.background", new Color(1, 2, 3));
        return PageTheme.of(editor.scheme(), named::get, new Font("Inter\"</script>", Font.PLAIN, 13));
    }

    @Test
    void onlyThePagesOriginAndTheFramesOwnScriptAreAllowed() {
        String html = FramePage.html(URL, theme(false));
        assertThat(html).contains("frame-src http://127.0.0.1:4711; style-src 'nonce-");
        var nonces = Pattern.compile("nonce=\"([^\"]+)\"")
                .matcher(html)
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(new TreeSet<>(nonces)).hasSize(1);
        assertThat(FramePage.html(URL, theme(false))).doesNotContain(nonces.get(0));
        assertThat(html).doesNotContainPattern("%[A-Z_]+%");
    }

    @Test
    void nothingEndsItsScriptOrAnAttribute() {
        String html = FramePage.html("http://127.0.0.1:1/%22%3E?a=1&b=2#inspection=1", theme(true));
        assertThat(html.split("</script>", -1)).hasSize(2);
        assertThat(html).contains("src=\"http://127.0.0.1:1/%22%3E?a=1&amp;b=2#inspection=1\"");
        assertThat(FramePage.theme(theme(true))).doesNotContain("<");
    }

    @Test
    void thePageReceivesTheIdesColours() {
        assertThat(theme(false).kind()).isEqualTo("light");
        PageTheme dark = theme(true);
        assertThat(dark.type()).isEqualTo("theme");
        assertThat(dark.kind()).isEqualTo("dark");
        assertThat(dark.variables())
                .containsEntry("--vscode-editor-background", "#1e1f22")
                .containsEntry("--vscode-editor-foreground", "#bcbec4")
                .containsEntry("--vscode-editorWidget-background", "#010203")
                .doesNotContainKey("--vscode-panel-border");
        assertThat(dark.variables().keySet()).allMatch(name -> name.matches("--vscode-[\\w-]+"));
        assertThat(FramePage.html(URL, dark)).contains("background: #1e1f22");
    }

    @Test
    void anotherInspectionComesWithItsView() {
        String address = "http://127.0.0.1:1234/key/#inspection=7";
        assertThat(FramePage.open(new InspectionPage(7, address, "m", 0, 1, List.of())))
                .isEqualTo("headlight.open(7, \"\")");
        assertThat(FramePage.open(new InspectionPage(7, address + "&view=why&place=2", "m", 0, 1, List.of())))
                .isEqualTo("headlight.open(7, \"\\u0026view\\u003dwhy\\u0026place\\u003d2\")");
    }
}
