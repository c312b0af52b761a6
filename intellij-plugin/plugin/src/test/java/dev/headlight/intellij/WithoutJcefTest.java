package dev.headlight.intellij;

import static dev.headlight.intellij.StandInIde.onUi;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.client.HeadlightException;
import dev.headlight.client.InspectionPage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An IDE whose browser plugin is disabled lacks its classes. */
class WithoutJcefTest {
    /** Loads the plugin's classes again, as an IDE without JCEF would. */
    private static final class IdeWithoutJcef extends ClassLoader {
        final Set<String> missed = new TreeSet<>();

        IdeWithoutJcef() {
            super(WithoutJcefTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.intellij.ui.jcef.") || name.startsWith("org.cef.")) {
                missed.add(name);
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("dev.headlight.intellij.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known == null ? define(name) : known;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private final StandInIde ide = new StandInIde(() -> {
        throw new HeadlightException("No server is needed here.");
    });

    @AfterEach
    void close() {
        ide.close();
    }

    @Test
    void thePageOpensInTheDefaultBrowser() throws Exception {
        IdeWithoutJcef classes = new IdeWithoutJcef();
        Class<?> type = classes.loadClass(AttentionPanel.class.getName());
        Constructor<?> constructor = type.getDeclaredConstructor(IntConsumer.class);
        constructor.setAccessible(true);
        Method show = type.getDeclaredMethod("show", InspectionPage.class, boolean.class);
        show.setAccessible(true);
        List<Integer> opened = new ArrayList<>();
        IntConsumer opener = opened::add;
        InspectionPage inspection =
                new InspectionPage(1, "http://127.0.0.1:1/a/#inspection=1", "embedded", 0, 1, List.of());
        onUi(() -> show.invoke(constructor.newInstance(opener), inspection, true));
        assertThat(classes.missed).contains("com.intellij.ui.jcef.JBCefApp");
        assertThat(opened).containsExactly(1);
    }
}
