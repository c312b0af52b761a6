package dev.headlight.intellij;

import com.intellij.openapi.Disposable;
import com.intellij.openapi.application.ApplicationManager;
import com.intellij.openapi.components.PersistentStateComponent;
import com.intellij.openapi.components.RoamingType;
import com.intellij.openapi.components.Service;
import com.intellij.openapi.components.State;
import com.intellij.openapi.components.Storage;
import com.intellij.openapi.util.Disposer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a person has chosen, kept with the IDE's settings; on this machine alone, as it names folders. */
@Service(Service.Level.APP)
@State(
        name = "Headlight",
        storages = @Storage(value = "headlight.xml", roamingType = RoamingType.DISABLED),
        reportStatistic = false)
public final class HeadlightSettings implements PersistentStateComponent<HeadlightSettings.Values> {
    private volatile Values values = new Values();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /** The settings; written as XML by the names of the fields. Not changed once they are in use. */
    public static final class Values {
        /** {@code embedded}, a folder, or a name on the Hugging Face hub. */
        public String model = "embedded";

        /** What weights are computed in: {@code float32} or {@code bfloat16}. */
        public String precision = "float32";

        /** How many words are suggested for a blank, 1 to 20; three are shown beside it. */
        public int top = 3;

        /** Whether words stand beside blanks. */
        public boolean inline = true;

        /** The folder of a Java runtime; empty for the IDE's own. */
        public String javaHome = "";

        /** More options for Java. */
        public String javaOptions = "";

        String model() {
            return model.isBlank() ? "embedded" : model.strip();
        }

        /** Whether a server that runs need not be started anew for others than these: it can take another model. */
        boolean startAlike(Values other) {
            return precision.equals(other.precision)
                    && top == other.top
                    && javaHome.equals(other.javaHome)
                    && javaOptions.equals(other.javaOptions);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Values values
                    && startAlike(values)
                    && model().equals(values.model())
                    && inline == values.inline;
        }

        @Override
        public int hashCode() {
            return Objects.hash(model(), precision, top, inline, javaHome, javaOptions);
        }
    }

    /** Hears of changes. */
    interface Listener {
        void changed(Values before, Values now);
    }

    static HeadlightSettings instance() {
        return ApplicationManager.getApplication().getService(HeadlightSettings.class);
    }

    /** The settings as they are now. */
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
