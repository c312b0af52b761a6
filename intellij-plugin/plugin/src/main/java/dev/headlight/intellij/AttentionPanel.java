package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.editor.colors.EditorColorsManager;
import com.intellij.ui.components.ActionLink;
import dev.headlight.client.InspectionPage;
import java.awt.BorderLayout;
import java.awt.GridBagLayout;
import java.awt.event.HierarchyEvent;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import javax.swing.BoxLayout;
import javax.swing.JComponent;
import javax.swing.JLabel;
import javax.swing.JPanel;

/** The content of the tool window: the page in the IDE's browser or, if it has none, a link for the system's browser. */
final class AttentionPanel implements Disposable {
    private static final String HINT = "Select text, then choose Visualize Attention from its context menu.";
    private static final String NO_BROWSER = "This IDE has no built-in browser. Attention opens in your default one.";

    /** All open panels, which follow theme changes. */
    private static final Set<AttentionPanel> OPEN = ConcurrentHashMap.newKeySet();

    private final JPanel component = new JPanel(new BorderLayout());
    private final IntConsumer opener;
    private final Function<Disposable, Optional<PageView>> browser;
    private Optional<PageView> view = Optional.empty();
    private Consumer<Boolean> visibility = inSight -> {};
    private InspectionPage shown;
    /** Whether the frame takes scripts. */
    private boolean loaded;
    /** What the frame has been told. */
    private InspectionPage framed;

    private PageTheme painted;

    /**
     * Creates an empty panel.
     *
     * @param opener opens an inspection in the system's browser
     */
    AttentionPanel(IntConsumer opener) {
        this(opener, JcefFrame::create);
    }

    AttentionPanel(IntConsumer opener, Function<Disposable, Optional<PageView>> browser) {
        this.opener = opener;
        this.browser = browser;
        OPEN.add(this);
        fill(centred(new JLabel(HINT)));
        component.addHierarchyListener(event -> {
            if ((event.getChangeFlags() & HierarchyEvent.SHOWING_CHANGED) != 0) {
                visibility.accept(component.isShowing());
            }
        });
    }

    /** @param listener receives whether the panel is in sight, whenever that changes */
    void onVisibility(Consumer<Boolean> listener) {
        visibility = listener;
    }

    JComponent component() {
        return component;
    }

    boolean hasPage() {
        return shown != null;
    }

    /** The address of the current page. */
    String url() {
        return shown.url();
    }

    void openInBrowser() {
        opener.accept(shown.id());
    }

    /**
     * Shows an inspection instead of the previous one.
     *
     * @param wanted whether the user requested it; edits do not open the system's browser
     */
    void show(InspectionPage inspection, boolean wanted) {
        boolean sameServer = shown != null && page(shown).equals(page(inspection));
        boolean first = shown == null;
        shown = inspection;
        if (first) {
            view = browser.apply(this);
            fill(view.map(PageView::component).orElseGet(() -> link()));
        }
        if (view.isEmpty()) {
            if (wanted) {
                openInBrowser();
            }
        } else if (!sameServer) {
            loaded = false;
            framed = inspection;
            painted = theme();
            view.get().load(FramePage.html(inspection.url(), painted), this::loaded);
        } else if (loaded) {
            tell(view.get());
        }
    }

    /** Tells the frame what changed while it was loading, which it could not hear. */
    private void loaded() {
        loaded = true;
        view.ifPresent(this::tell);
    }

    private void tell(PageView to) {
        if (!shown.equals(framed)) {
            framed = shown;
            to.run(FramePage.open(shown));
        }
        PageTheme theme = theme();
        if (!theme.equals(painted)) {
            painted = theme;
            to.run(FramePage.theme(theme));
        }
    }

    private static String page(InspectionPage inspection) {
        return inspection.url().replaceFirst("#.*", "");
    }

    private JComponent link() {
        return centred(new JLabel(NO_BROWSER), new ActionLink("Open in Browser", event -> openInBrowser()));
    }

    private void fill(JComponent content) {
        component.removeAll();
        component.add(content, BorderLayout.CENTER);
        component.revalidate();
        component.repaint();
    }

    private static JComponent centred(JComponent... parts) {
        JPanel column = new JPanel();
        column.setLayout(new BoxLayout(column, BoxLayout.Y_AXIS));
        for (JComponent part : parts) {
            part.setAlignmentX(0.5f);
            column.add(part);
        }
        JPanel middle = new JPanel(new GridBagLayout());
        middle.add(column);
        return middle;
    }

    private static PageTheme theme() {
        return PageTheme.of(EditorColorsManager.getInstance().getGlobalScheme());
    }

    /** Passes the IDE's new theme to all pages. */
    static void themeChanged() {
        for (AttentionPanel panel : OPEN) {
            panel.painted = null;
            if (panel.loaded) {
                panel.view.ifPresent(panel::tell);
            }
        }
    }

    @Override
    public void dispose() {
        OPEN.remove(this);
    }
}
