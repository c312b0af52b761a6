package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.testing.StubModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Texts of more blanks than anyone writes. */
class ManyBlanksTest {
    private static Inspector inspector;

    @BeforeAll
    static void load(@TempDir Path folder) throws IOException {
        inspector = Inspector.load("stub", StubModel.in(folder));
    }

    @AfterAll
    static void close() {
        inspector.close();
    }

    @Test
    void asManyAsTheLimitAreFilled() {
        Request request = Request.of("The ____ sat. ".repeat(256));
        assertThat(inspector.predict(request, Options.standard(), Cancellation.NEVER))
                .hasSize(256)
                .allSatisfy(
                        blank -> assertThat(blank.predictions().get(0).word()).isEqualToIgnoringCase("door"));
    }

    @Test
    @Timeout(20)
    void moreAreRefusedWithTheirNumber() {
        assertRefused("____ ".repeat(257), "The text has 257 blanks, and the limit is 256: select less.");
        assertRefused("[MASK] ".repeat(71_000), "The text has 71,000 blanks, and the limit is 256: select less.");
    }

    private static void assertRefused(String text, String sentence) {
        assertThatThrownBy(() -> inspector.predict(Request.of(text), Options.standard(), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessage(sentence);
        assertThatThrownBy(() -> inspector.inspect(Request.of(text), Options.standard(), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessage(sentence);
    }

    @Test
    void moreThanAFewAreNotFilledTogether() {
        Request request = Request.of("The ____ sat. ".repeat(33));
        assertThatThrownBy(() -> inspector.together(request, Options.standard(), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessage("The text has 33 blanks, and at most 32 can be filled together: select less.");
    }
}
