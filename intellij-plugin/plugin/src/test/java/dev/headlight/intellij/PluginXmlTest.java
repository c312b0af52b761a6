package dev.headlight.intellij;

import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.codeInsight.completion.CompletionContributor;
import com.intellij.ide.plugins.DynamicPluginListener;
import com.intellij.ide.ui.LafManagerListener;
import com.intellij.openapi.actionSystem.AnAction;
import com.intellij.openapi.editor.colors.EditorColorsListener;
import com.intellij.openapi.editor.event.EditorFactoryListener;
import com.intellij.openapi.options.Configurable;
import com.intellij.openapi.wm.ToolWindowFactory;
import java.awt.event.InputEvent;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.swing.KeyStroke;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Every class, icon and id in plugin.xml exists; no other check would notice before users do. */
class PluginXmlTest {
    /** The extension points in use, the attribute that names a class, and the required type. */
    private static final Map<String, Map.Entry<String, Class<?>>> POINTS = Map.of(
            "editorFactoryListener", Map.entry("implementation", EditorFactoryListener.class),
            "toolWindow", Map.entry("factoryClass", ToolWindowFactory.class),
            "completion.contributor", Map.entry("implementationClass", CompletionContributor.class),
            "applicationConfigurable", Map.entry("instance", Configurable.class));

    /** Groups of the platform that actions are added to. */
    private static final Set<String> GROUPS = Set.of("EditorPopupMenu", "ToolsMenu");

    private final Element root = parse("/META-INF/plugin.xml");

    private static Element parse(String resource) {
        try (InputStream in = PluginXmlTest.class.getResourceAsStream(resource)) {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(in)
                    .getDocumentElement();
        } catch (Exception e) {
            throw new AssertionError(resource, e);
        }
    }

    private static List<Element> elements(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagName(name);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    private static Class<?> load(String name) throws ClassNotFoundException {
        return Class.forName(name, false, PluginXmlTest.class.getClassLoader());
    }

    private static void hasDefaultConstructor(Class<?> type) throws NoSuchMethodException {
        assertThat(type.getConstructor()).as(type.getName()).isNotNull();
    }

    @Test
    void everyExtensionHasAKnownPointAndAnExistingClass() throws Exception {
        Set<String> used = new TreeSet<>();
        for (Element extension : elements(elements(root, "extensions").get(0), "*")) {
            String point = extension.getTagName();
            used.add(point);
            if (point.equals("notificationGroup")) {
                continue;
            }
            assertThat(POINTS).containsKey(point);
            Class<?> type = load(extension.getAttribute(POINTS.get(point).getKey()));
            assertThat(POINTS.get(point).getValue()).isAssignableFrom(type);
            hasDefaultConstructor(type);
        }
        assertThat(used).containsAll(POINTS.keySet()).contains("notificationGroup");
    }

    @Test
    void everyListenerImplementsItsTopic() throws Exception {
        List<Element> listeners = elements(root, "listener");
        assertThat(listeners)
                .extracting(one -> one.getAttribute("topic"))
                .containsExactly(
                        DynamicPluginListener.class.getName(),
                        LafManagerListener.class.getName(),
                        EditorColorsListener.class.getName());
        for (Element listener : listeners) {
            assertThat(load(listener.getAttribute("topic"))).isAssignableFrom(load(listener.getAttribute("class")));
            hasDefaultConstructor(load(listener.getAttribute("class")));
        }
    }

    @Test
    void everyActionHasAClassANameAndAUniqueId() throws Exception {
        List<Element> actions = elements(root, "action");
        assertThat(actions)
                .extracting(action -> action.getAttribute("id"))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.startsWith("Headlight."));
        for (Element action : actions) {
            Class<?> type = load(action.getAttribute("class"));
            assertThat(AnAction.class).isAssignableFrom(type);
            AnAction made = (AnAction) type.getConstructor().newInstance();
            assertThat(made.getActionUpdateThread()).isNotNull();
            assertThat(made.isDumbAware()).isTrue();
            assertThat(action.getAttribute("text")).isNotBlank();
            assertThat(action.getAttribute("description")).isNotBlank();
        }
        Set<String> ids = new TreeSet<>(
                actions.stream().map(action -> action.getAttribute("id")).toList());
        assertThat(elements(root, "reference")).allMatch(one -> ids.contains(one.getAttribute("ref")));
        assertThat(elements(root, "add-to-group"))
                .allMatch(one -> GROUPS.contains(one.getAttribute("group-id")))
                .allMatch(one -> one.getAttribute("relative-to-action").isEmpty()
                        || ids.contains(one.getAttribute("relative-to-action")));
    }

    @Test
    void shortcutsAreValidAndUniqueInEachKeymap() {
        Map<String, List<Element>> byKeymap = elements(root, "keyboard-shortcut").stream()
                .collect(Collectors.groupingBy(one -> one.getAttribute("keymap")));
        assertThat(byKeymap).containsOnlyKeys("$default", "Mac OS X", "Mac OS X 10.5+");
        assertThat(byKeymap.values())
                .allSatisfy(shortcuts -> assertThat(shortcuts)
                        .extracting(one -> one.getAttribute("first-keystroke"))
                        .hasSize(6)
                        .doesNotHaveDuplicates()
                        .allSatisfy(stroke -> assertThat(KeyStroke.getKeyStroke(stroke))
                                .as(stroke)
                                .isNotNull()));
    }

    @Test
    void noShortcutTypesACharacterOnAMac() {
        assertThat(elements(root, "keyboard-shortcut"))
                .filteredOn(one -> one.getAttribute("keymap").startsWith("Mac"))
                .allSatisfy(one -> {
                    int modifiers = KeyStroke.getKeyStroke(one.getAttribute("first-keystroke"))
                            .getModifiers();
                    assertThat(modifiers & (InputEvent.META_DOWN_MASK | InputEvent.CTRL_DOWN_MASK))
                            .isEqualTo(InputEvent.META_DOWN_MASK | InputEvent.CTRL_DOWN_MASK);
                    assertThat(modifiers & InputEvent.ALT_DOWN_MASK).isZero();
                    assertThat(one.getAttribute("replace-all"))
                            .as("the keymap inherits that of other systems")
                            .isEqualTo("true");
                });
    }

    @Test
    void theMarketplaceKnowsTheVendorAndTheChanges() {
        Element vendor = elements(root, "vendor").get(0);
        assertThat(vendor.getTextContent()).isEqualTo("Headlight");
        assertThat(vendor.getAttribute("email")).matches("\\S+@\\S+\\.\\S+");
        assertThat(vendor.getAttribute("url")).matches("https://\\S+");
        assertThat(elements(root, "change-notes").get(0).getTextContent()).contains("<li>");
        Element settings = elements(root, "applicationConfigurable").get(0);
        assertThat(settings.getAttribute("parentId")).isEqualTo("tools");
        assertThat(settings.hasAttribute("groupId")).isFalse();
        assertThat(elements(root, "id").get(0).getTextContent()).isEqualTo(InstallListener.PLUGIN);
    }

    @Test
    void iconsAndOptionalDescriptorsExist() {
        for (String icon : List.of(
                "/icons/headlight.svg",
                "/icons/headlight_dark.svg",
                "/META-INF/pluginIcon.svg",
                "/META-INF/pluginIcon_dark.svg")) {
            assertThat(getClass().getResource(icon)).as(icon).isNotNull();
        }
        for (Element element : elements(root, "*")) {
            String icon = element.getAttribute("icon");
            assertThat(icon.isEmpty() || getClass().getResource(icon) != null)
                    .as(icon)
                    .isTrue();
            String optional = element.getAttribute("config-file");
            if (!optional.isEmpty()) {
                parse("/META-INF/" + optional);
            }
        }
    }

    @Test
    void namesInCodeMatchTheDescriptor() {
        assertThat(elements(root, "toolWindow").get(0).getAttribute("id")).isEqualTo(AttentionToolWindow.ID);
        assertThat(elements(root, "applicationConfigurable").get(0).getAttribute("displayName"))
                .isEqualTo(new HeadlightConfigurable().getDisplayName());
        assertThat(elements(root, "idea-version").get(0).getAttribute("since-build"))
                .isEqualTo("242");
        assertThat(elements(root, "idea-version").get(0).hasAttribute("until-build"))
                .isFalse();
    }
}
