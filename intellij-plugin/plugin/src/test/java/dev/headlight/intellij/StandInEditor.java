package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.editor.Caret;
import com.intellij.openapi.editor.CaretModel;
import com.intellij.openapi.editor.Document;
import com.intellij.openapi.editor.Editor;
import com.intellij.openapi.editor.EditorCustomElementRenderer;
import com.intellij.openapi.editor.EditorKind;
import com.intellij.openapi.editor.Inlay;
import com.intellij.openapi.editor.InlayModel;
import com.intellij.openapi.editor.ScrollingModel;
import com.intellij.openapi.editor.SelectionModel;
import com.intellij.openapi.editor.colors.EditorColorsScheme;
import com.intellij.openapi.editor.colors.EditorFontType;
import com.intellij.openapi.editor.event.CaretEvent;
import com.intellij.openapi.editor.event.CaretListener;
import com.intellij.openapi.editor.event.EditorMouseListener;
import com.intellij.openapi.editor.event.VisibleAreaListener;
import com.intellij.openapi.editor.markup.HighlighterTargetArea;
import com.intellij.openapi.editor.markup.MarkupModel;
import com.intellij.openapi.editor.markup.RangeHighlighter;
import com.intellij.openapi.editor.markup.TextAttributes;
import com.intellij.openapi.project.Project;
import com.intellij.openapi.util.ProperTextRange;
import dev.headlight.text.Span;
import java.awt.Color;
import java.awt.Font;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.swing.JComponent;
import javax.swing.JPanel;

/** An editor of a real document without a window; it records what it shows. */
final class StandInEditor {
    final Editor editor = StandIn.of(Editor.class, new Methods());
    final List<Inlay<?>> inlays = new ArrayList<>();
    final Map<RangeHighlighter, Lit> lit = new LinkedHashMap<>();
    EditorMouseListener mouse;
    boolean dark;
    int fontSize = 13;
    /** Colours of another scheme than the light and the dark one. */
    Color paper;

    Color ink;

    private final Project project;
    private final Document document;
    private final JPanel content = new JPanel();
    private final List<CaretListener> carets = new ArrayList<>();
    private List<Span> selections = List.of(new Span(0, 0));
    private int caret;

    /** A highlight. */
    record Lit(Span span, TextAttributes attributes) {}

    StandInEditor(Project project, Document document) {
        this.project = project;
        this.document = document;
    }

    /** Selects spans of the text, each with its own caret. */
    void select(Span... spans) {
        selections = List.of(spans);
        caret = spans[0].end();
    }

    /** Moves the caret. */
    void moveTo(int offset) {
        caret = offset;
        selections = List.of(new Span(offset, offset));
        carets.forEach(listener -> listener.caretPositionChanged(new CaretEvent(editor)));
    }

    int caret() {
        return caret;
    }

    Font font() {
        return new Font(Font.MONOSPACED, Font.PLAIN, fontSize);
    }

    EditorColorsScheme scheme() {
        return StandIn.of(EditorColorsScheme.class, new Object() {
            Color getDefaultBackground() {
                return paper != null ? paper : dark ? new Color(0x1E1F22) : Color.WHITE;
            }

            Color getDefaultForeground() {
                return ink != null ? ink : dark ? new Color(0xBCBEC4) : new Color(0x080808);
            }

            Font getFont(EditorFontType type) {
                return font();
            }
        });
    }

    private final class Methods {
        Document getDocument() {
            return document;
        }

        Project getProject() {
            return project;
        }

        EditorKind getEditorKind() {
            return EditorKind.MAIN_EDITOR;
        }

        boolean isViewer() {
            return false;
        }

        boolean isDisposed() {
            return false;
        }

        int getAscent() {
            return content.getFontMetrics(font()).getAscent() + 2;
        }

        JComponent getContentComponent() {
            return content;
        }

        EditorColorsScheme getColorsScheme() {
            return scheme();
        }

        ProperTextRange calculateVisibleRange() {
            return new ProperTextRange(0, document.getTextLength());
        }

        void addEditorMouseListener(EditorMouseListener listener, Disposable parent) {
            mouse = listener;
        }

        ScrollingModel getScrollingModel() {
            return StandIn.of(ScrollingModel.class, new Object() {
                void addVisibleAreaListener(VisibleAreaListener listener, Disposable parent) {}
            });
        }

        CaretModel getCaretModel() {
            return StandIn.of(CaretModel.class, new Object() {
                int getOffset() {
                    return caret;
                }

                void moveToOffset(int offset) {
                    moveTo(offset);
                }

                void addCaretListener(CaretListener listener, Disposable parent) {
                    carets.add(listener);
                }

                List<Caret> getAllCarets() {
                    return selections.stream().map(StandInEditor::caret).toList();
                }
            });
        }

        SelectionModel getSelectionModel() {
            return StandIn.of(SelectionModel.class, new Object() {
                String getSelectedText() {
                    Span first = selections.get(0);
                    return first.length() == 0 ? null : first.of(document.getCharsSequence());
                }

                int getSelectionStart() {
                    return selections.get(0).start();
                }

                int getSelectionEnd() {
                    return selections.get(0).end();
                }

                void removeSelection() {
                    moveTo(caret);
                }
            });
        }

        InlayModel getInlayModel() {
            return StandIn.of(InlayModel.class, new Object() {
                Inlay<?> addInlineElement(int offset, boolean preceding, EditorCustomElementRenderer renderer) {
                    Inlay<?> inlay = StandIn.of(Inlay.class, new InlayMethods(renderer));
                    inlays.add(inlay);
                    return inlay;
                }
            });
        }

        MarkupModel getMarkupModel() {
            return StandIn.of(MarkupModel.class, new Object() {
                RangeHighlighter addRangeHighlighter(
                        int start, int end, int layer, TextAttributes attributes, HighlighterTargetArea area) {
                    RangeHighlighter highlighter = StandIn.of(RangeHighlighter.class, new Object());
                    lit.put(highlighter, new Lit(new Span(start, end), attributes));
                    return highlighter;
                }

                void removeHighlighter(RangeHighlighter highlighter) {
                    lit.remove(highlighter);
                }
            });
        }
    }

    private static Caret caret(Span selection) {
        return StandIn.of(Caret.class, new Object() {
            int getSelectionStart() {
                return selection.start();
            }

            int getSelectionEnd() {
                return selection.end();
            }
        });
    }

    private final class InlayMethods {
        private final EditorCustomElementRenderer renderer;

        InlayMethods(EditorCustomElementRenderer renderer) {
            this.renderer = renderer;
        }

        Editor getEditor() {
            return editor;
        }

        EditorCustomElementRenderer getRenderer() {
            return renderer;
        }

        Rectangle getBounds() {
            return new Rectangle(100, 0, 300, 20);
        }

        void update() {}

        void dispose() {
            inlays.removeIf(inlay -> inlay.getRenderer() == renderer);
        }
    }
}
