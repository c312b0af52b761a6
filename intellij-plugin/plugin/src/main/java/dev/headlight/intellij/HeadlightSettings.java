package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.components.PersistentStateComponent;
import com.intellij.openapi.components.RoamingType;
import com.intellij.openapi.components.Service;
import com.intellij.openapi.components.State;
import com.intellij.openapi.components.Storage;
import com.intellij.openapi.util.Disposer;
import dev.headlight.client.Launch;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** The user's settings, stored with the IDE's. They name folders, so they are not synchronized to other machines. */
@Service(Service.Level.APP)
@State(
        name = "Headlight",
        storages = @Storage(value = "headlight.xml", roamingType = RoamingType.DISABLED),
        reportStatistic = false)
public final class HeadlightSettings implements PersistentStateComponent<HeadlightSettings.Values> {
    private volatile Values values = new Values();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** The settings, stored as XML by field name. Not changed once in use. */
    public static final class Values {
        /** {@code embedded}, a folder, or a name on the Hugging Face Hub. */
        public String model = Launch.EMBEDDED;

        /** The numeric precision, one of {@link Launch#PRECISIONS}. */
        public String precision = Launch.PRECISIONS.get(0);

        /** The number of words suggested for a blank, 1 to 20; three are shown next to it. */
        public int top = 3;

        /** Whether words are shown next to blanks. */
        public boolean inline = true;

        /** The folder of a Java runtime; empty for the IDE's own. */
        public String javaHome = "";

        /** Additional Java options. */
        public String javaOptions = "";

        String model() {
            return model.isBlank() ? Launch.EMBEDDED : model.strip();
        }

        /** Whether a running server need not be restarted to apply other settings. It can switch models. */
        boolean needsNoRestart(Values other) {
            return precision.equals(other.precision)
                    && top == other.top
                    && javaHome.equals(other.javaHome)
                    && javaOptions.equals(other.javaOptions);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Values values
                    && needsNoRestart(values)
                    && model().equals(values.model())
                    && inline == values.inline;
        }

        @Override
        public int hashCode() {
            return Objects.hash(model(), precision, top, inline, javaHome, javaOptions);
        }
    }

    /** Receives changes. */
    interface Listener {
        void changed(Values before, Values now);
    }

    static HeadlightSettings instance() {
        return ApplicationManager.getApplication().getService(HeadlightSettings.class);
    }

    /** The current settings. */
    static Values get() {
        return instance().values;
    }

    void onChange(Disposable until, Listener listener) {
        listeners.add(listener);
        Disposer.register(until, () -> listeners.remove(listener));
    }

    void change(Values to) {
        Values before = values;
        values = to;
        listeners.forEach(listener -> listener.changed(before, to));
    }

    @Override
    public Values getState() {
        return values;
    }

    @Override
    public void loadState(Values state) {
        values = state;
    }
}
