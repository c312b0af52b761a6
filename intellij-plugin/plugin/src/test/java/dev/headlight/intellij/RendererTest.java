package dev.headlight.intellij;

import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.openapi.editor.Inlay;
import com.intellij.openapi.editor.impl.DocumentImpl;
import com.intellij.openapi.editor.markup.TextAttributes;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paints words into images, which are saved in target/pictures for inspection. */
class RendererTest {
    private static final String BEFORE = "He opened the ";
    private static final String BLANK = "____";
    private static final List<String> WORDS = List.of("door", "window", "gate");

    /** A line of an editor with words next to a blank, and one with highlights. */
    private static final class Picture {
        final BufferedImage image;
        final StandInEditor editor = new StandInEditor(null, new DocumentImpl(""));
        final WordsRenderer renderer = new WordsRenderer(WORDS);
        final int height;
        final int left;
        final int width;

        Picture(boolean dark, int size, int focused) {
            editor.dark = dark;
            editor.fontSize = size;
            renderer.focus(focused);
            Inlay<?> inlay = editor.editor.getInlayModel().addInlineElement(0, true, renderer);
            var metrics = editor.editor.getContentComponent().getFontMetrics(editor.font());
            height = metrics.getHeight() + 4;
            left = 8 + metrics.stringWidth(BEFORE + BLANK);
            width = renderer.calcWidthInPixels(inlay);
            String after = " and walked in.";
            int whole = left + width + metrics.stringWidth(after) + 8;
            image = new BufferedImage(whole, 2 * height + 12, BufferedImage.TYPE_INT_RGB);
            Graphics2D pen = image.createGraphics();
            pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            pen.setColor(editor.scheme().getDefaultBackground());
            pen.fillRect(0, 0, whole, image.getHeight());
            pen.setFont(editor.font());
            pen.setColor(editor.scheme().getDefaultForeground());
            int base = 4 + editor.editor.getAscent();
            pen.drawString(BEFORE + BLANK, 8, base);
            pen.drawString(after, left + width, base);
            renderer.paint(inlay, pen, new Rectangle(left, 4, width, height), new TextAttributes());
            lights(pen, 8 + height);
        }

        private void lights(Graphics2D pen, int top) {
            int x = 8;
            double[] shares = {0.1, 0.4, 1};
            String[] words = {"He", "opened", "door"};
            for (int i = 0; i < words.length; i++) {
                int wide = pen.getFontMetrics().stringWidth(words[i]);
                pen.setColor(editor.scheme().getDefaultForeground());
                pen.drawString(words[i], x, top + editor.editor.getAscent() - 1);
                pen.setColor(
                        Highlights.attributes(editor.scheme(), shares[i], false).getEffectColor());
                pen.drawRoundRect(x, top, wide, height - 2, 4, 4);
                x += wide + pen.getFontMetrics().stringWidth(" ");
            }
        }

        Color at(int x, int y) {
            return new Color(image.getRGB(x, y));
        }

        /** The background of each word, found by hit tests. */
        int middleOf(int word) {
            int from = -1;
            for (int x = 0; x < width; x++) {
                boolean hit = renderer.wordAt(editor.editor, x) == word;
                if (hit && from < 0) {
                    from = x;
                } else if (!hit && from >= 0) {
                    return (from + x) / 2;
                }
            }
            throw new AssertionError("no point hits word " + word);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 11", "false, 13", "false, 24", "true, 11", "true, 13", "true, 24"})
    void wordsDifferFromTheTextAndTheFocusedOneFromTheOthers(boolean dark, int size) throws IOException {
        Picture picture = new Picture(dark, size, 1);
        Path file = Path.of("target/pictures", "words-" + (dark ? "dark-" : "light-") + size + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(picture.image, "png", file.toFile());

        Color paper = picture.editor.scheme().getDefaultBackground();
        int top = 4 + 3; // within a word's background, above its letters
        Color first = picture.at(picture.left + picture.middleOf(0), top);
        Color focused = picture.at(picture.left + picture.middleOf(1), top);
        assertThat(first).isNotEqualTo(paper).isEqualTo(picture.at(picture.left + picture.middleOf(2), top));
        assertThat(focused).isNotEqualTo(paper).isNotEqualTo(first);
        assertThat(focused.getBlue() - focused.getRed()).isGreaterThan(first.getBlue() - first.getRed() + 20);
        assertThat(picture.at(picture.left, top)).as("a gap before the first").isEqualTo(paper);
        assertThat(picture.at(picture.left + picture.width - 1, top))
                .as("and after the last")
                .isEqualTo(paper);
    }

    @ParameterizedTest
    @CsvSource({"false, 11", "false, 24", "true, 11", "true, 24"})
    void everyWordIsCompleteAndReadable(boolean dark, int size) {
        Picture picture = new Picture(dark, size, 0);
        for (int word = 0; word < WORDS.size(); word++) {
            int middle = picture.middleOf(word);
            Color ground = picture.at(picture.left + middle, 7);
            int inked = 0;
            double best = 1;
            for (int x = 0; x < picture.width; x++) {
                for (int y = 4;
                        y < 4 + picture.height && picture.renderer.wordAt(picture.editor.editor, x) == word;
                        y++) {
                    double contrast = Colors.contrast(ground, picture.at(picture.left + x, y));
                    best = Math.max(best, contrast);
                    inked += contrast > 2 ? 1 : 0;
                }
            }
            assertThat(best).as("contrast of " + WORDS.get(word)).isGreaterThan(4.5);
            assertThat(inked)
                    .as("ink of " + WORDS.get(word))
                    .isGreaterThan(WORDS.get(word).length() * size / 2);
        }
    }

    /** The background and the foreground of the colour schemes that most people use. */
    @ParameterizedTest
    @CsvSource({
        "Light, FFFFFF, 080808",
        "Dark, 1E1F22, BCBEC4",
        "Darcula, 2B2B2B, A9B7C6",
        "High contrast, 000000, FFFFFF",
        "Monokai, 272822, F8F8F2",
        "Solarized Light, FDF6E3, 657B83",
        "Solarized Dark, 002B36, 839496",
        "Dracula, 282A36, F8F8F2",
        "One Dark, 282C34, ABB2BF",
        "Nord, 2E3440, D8DEE9",
        "Material, 263238, EEFFFF",
        "Gruvbox, 282828, EBDBB2",
        "GitHub Light, FFFFFF, 24292E"
    })
    void wordsAndHighlightsAreReadableInEveryScheme(String name, String paper, String ink) {
        StandInEditor editor = new StandInEditor(null, new DocumentImpl(""));
        editor.paper = Color.decode("#" + paper);
        editor.ink = Color.decode("#" + ink);
        for (boolean effects : new boolean[] {false, true}) {
            double last = 1;
            for (double share : new double[] {0.1, 0.3, 0.6, 1}) {
                TextAttributes attributes = Highlights.attributes(editor.scheme(), share, effects);
                double contrast = Colors.contrast(editor.paper, attributes.getEffectColor());
                assertThat(contrast).as("the stronger, the clearer").isGreaterThan(last);
                assertThat(attributes.getBackgroundColor()).isNull();
                assertThat(attributes.getForegroundColor()).isNull();
                last = contrast;
            }
            assertThat(last).isGreaterThanOrEqualTo(4.5);
        }
        for (boolean focused : new boolean[] {false, true}) {
            Color ground = WordsRenderer.ground(editor.scheme(), focused);
            assertThat(Colors.contrast(WordsRenderer.ink(editor.scheme(), focused), ground))
                    .isGreaterThanOrEqualTo(4.5);
        }
    }
}
