package dev.headlight.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.engine.Torch;
import dev.headlight.inspect.Alignment;
import dev.headlight.inspect.Difference;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.session.ModelState.Fetching;
import dev.headlight.session.ModelState.Ready;
import dev.headlight.testing.StubModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model beside the current one. */
@Tag("slow")
@Timeout(120)
class SecondModelTest {
    private static Path folder;

    @BeforeAll
    static void write(@TempDir Path shared) throws IOException {
        folder = StubModel.in(shared);
    }

    /** What was loaded, in order. */
    private final List<String> loaded = new CopyOnWriteArrayList<>();

    /** How many native arrays there were before each of them was loaded. */
    private final List<Integer> before = new CopyOnWriteArrayList<>();

    /** Has three models, one of which is damaged; whatever is loaded is the stub. */
    private final Loader loader = new Loader() {
        @Override
        public Inspector load(String model, Consumer<Fetching> progress, Cancellation cancellation) {
            return loadHere(model, cancellation).orElseThrow(() -> new AssertionError(model + " would be downloaded"));
        }

        @Override
        public Optional<Inspector> loadHere(String model, Cancellation cancellation) {
            if (model.equals("damaged")) {
                throw new UserException("damaged is damaged: download it again.");
            }
            if (!List.of("one", "two", "three").contains(model)) {
                return Optional.empty();
            }
            before.add(arrays());
            loaded.add(model);
            return Optional.of(Inspector.load(model, folder));
        }

        @Override
        public List<Known> known(Collection<String> others) {
            return List.of("one", "two", "three", "damaged", "partial").stream()
                    .map(name -> new Known(
                            name,
                            "bert",
                            1,
                            name.equals("partial") ? Optional.of("no model.safetensors") : Optional.empty()))
                    .toList();
        }
    };

    /** Every native array of the process. */
    private static int arrays() {
        try (NDManager probe = Torch.start().manager()) {
            NDManager root = probe;
            while (root.getParentManager() != null) {
                root = root.getParentManager();
            }
            return root.getManagedArrays().size();
        }
    }

    private Session session() {
        return new Session("one", loader, 1 << 20);
    }

    private static OpenInspection open(Session session, String model) {
        return session.openWith(model, Request.of("The ____ sat."), Options.standard(), Cancellation.NEVER);
    }

    private static int tokens(Session session, OpenInspection of) {
        return session.read(of.id(), Heads::tokens, Cancellation.NEVER);
    }

    /** The engines of earlier tests close what they have in threads of their own. */
    @BeforeEach
    void waitUntilEarlierTestsHaveClosedTheirs() {
        int last = -1;
        for (int same = 0; same < 20; LockSupport.parkNanos(10_000_000)) {
            int now = arrays();
            same = now == last ? same + 1 : 0;
            last = now;
        }
    }

    @Test
    void aTextIsReadByBothAndCompared() {
        int none = arrays();
        try (Session session = session()) {
            OpenInspection one = open(session, "one");
            OpenInspection two = open(session, "two");
            assertThat(one.inspection().model()).isEqualTo("one");
            assertThat(two.inspection().model()).isEqualTo("two");
            assertThat(session.state()).isEqualTo(new Ready("one"));
            Alignment alignment = Alignment.ofModels(
                    one.inspection().tokens(), two.inspection().tokens());
            Difference difference = session.read(
                    one.id(),
                    two.id(),
                    (a, b) -> Difference.between(AttentionKind.SELF, a, b, alignment, Cancellation.NEVER),
                    Cancellation.NEVER);
            assertThat(difference.distances()).hasSize(2 * 4).containsOnly(0);
            assertThat(session.named(two.id(), 0, List.of("door"), Cancellation.NEVER)
                            .get(0)
                            .word())
                    .isEqualTo("door");
            try (OpenWhy why = session.why(two.id(), 0, Cancellation.NEVER)) {
                String likeliest =
                        why.ask((asked, inspected) -> asked.likeliestWord().word(), Cancellation.NEVER);
                assertThat(likeliest).isEqualTo("door");
            }
            assertThat(loaded).containsExactly("one", "two");
        }
        assertEventually(() -> arrays() == none); // the engine's thread closes what it has
    }

    private static void assertEventually(BooleanSupplier claim) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!claim.getAsBoolean() && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(claim.getAsBoolean()).isTrue();
    }

    @Test
    void aThirdModelClosesTheSecondWhichIsLoadedAgainWhenAsked() {
        try (Session session = session()) {
            OpenInspection one = open(session, "one");
            int alone = arrays();
            OpenInspection two = open(session, "two");
            int both = arrays();
            assertThat(both).isGreaterThan(alone);
            OpenInspection three = open(session, "three");
            assertThat(arrays()).isEqualTo(both);
            assertThat(tokens(session, three)).isEqualTo(tokens(session, one));
            assertThat(loaded).containsExactly("one", "two", "three");
            assertThat(tokens(session, two)).isEqualTo(tokens(session, one));
            assertThat(loaded).containsExactly("one", "two", "three", "two");
            assertThat(arrays()).isEqualTo(both);
            assertThat(before.subList(1, 4))
                    .as("before a model is loaded beside")
                    .containsOnly(alone);
        }
    }

    @Test
    void theSecondIsClosedWhenItIsNoLongerShown() {
        try (Session session = session()) {
            OpenInspection one = open(session, "one");
            int alone = arrays();
            open(session, "two");
            session.closeSecond();
            assertThat(arrays()).isEqualTo(alone);
            assertThat(tokens(session, one)).isPositive();
            session.closeSecond(); // there is none
        }
    }

    @Test
    void choosingAModelKeepsNoMoreThanTwoAndWhatWasShownCanBeAskedAgain() {
        try (Session session = session()) {
            OpenInspection one = open(session, "one");
            int alone = arrays();
            open(session, "two");
            session.choose("three", Cancellation.NEVER);
            assertThat(session.state()).isEqualTo(new Ready("three"));
            assertThat(before.get(2)).as("before the third is loaded").isEqualTo(alone);
            assertThat(arrays()).isLessThan(alone); // the third has read nothing yet
            assertThat(tokens(session, one)).isPositive(); // beside the third
            assertThat(loaded).containsExactly("one", "two", "three", "one");
        }
    }

    @Test
    void twoModelsNeitherOfWhichIsInUseAreNotComparedAndSaySo() {
        try (Session session = session()) {
            OpenInspection two = open(session, "two");
            OpenInspection three = open(session, "three");
            assertThatThrownBy(() -> session.read(two.id(), three.id(), (a, b) -> 0, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("Neither of the two models is the one in use:");
        }
    }

    @Test
    void aModelThatIsMissingOrDamagedIsNamedAndTheOthersStay() {
        try (Session session = session()) {
            OpenInspection one = open(session, "one");
            for (String absent : List.of("org/absent", "/etc", "")) {
                String sentence = "There is no model " + absent + " on this machine: download it first.";
                assertThatThrownBy(() -> open(session, absent)).hasMessage(sentence);
                assertThatThrownBy(() -> session.choose(absent, Cancellation.NEVER))
                        .hasMessage(sentence);
            }
            assertThatThrownBy(() -> open(session, "damaged")).hasMessage("damaged is damaged: download it again.");
            assertThatThrownBy(() -> session.choose("damaged", Cancellation.NEVER))
                    .hasMessage("damaged is damaged: download it again.");
            assertThatThrownBy(() -> session.choose("partial", Cancellation.NEVER))
                    .hasMessage("The model partial can't be used (no model.safetensors): choose another one.");
            assertThat(session.state()).isEqualTo(new Ready("one"));
            assertThat(tokens(session, one)).isPositive();
            assertThat(loaded).containsExactly("one");
        }
    }

    @Test
    void whoLeavesWhileItLoadsIsNotKept() {
        try (Session session = session()) {
            open(session, "one");
            assertThatThrownBy(() -> session.openWith("two", Request.of("text"), Options.standard(), () -> {
                        throw new CancellationException();
                    }))
                    .isInstanceOf(CancellationException.class);
            assertThat(loaded).containsExactly("one");
        }
    }
}
