package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.testing.Golden;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
    private static final long GB = 1_000_000_000;

    @Test
    void aModelThatFitsIsSaidToNeedWhatItNeeds() {
        MemoryNeed need = new MemoryNeed(61 * GB / 10, OptionalLong.of(18 * GB), 24 * GB, true);
        assertThat(need.text()).isEqualTo("needs about 6.1 GB of memory, and 18.0 GB are free");
        assertThatCode(() -> need.require("big")).doesNotThrowAnyException();
    }

    @Test
    void aModelThatDoesNotFitIsRefusedWithWhatToDo() {
        MemoryNeed wide = new MemoryNeed(30 * GB, OptionalLong.of(18 * GB), 24 * GB, false);
        assertThatThrownBy(() -> wide.require("org/big"))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "The model org/big needs about 30.0 GB of memory, and 18.0 GB are free: close other programs,"
                                + " or choose a smaller model; --precision bfloat16 takes half.");
        MemoryNeed halves = new MemoryNeed(30 * GB, OptionalLong.empty(), 24 * GB, true);
        assertThatThrownBy(() -> halves.require("org/big"))
                .hasMessage("The model org/big needs about 30.0 GB of memory, and this machine has 24.0 GB: close other"
                        + " programs, or choose a smaller model.");
    }

    @Test
    void aContainerHasNoMoreThanItIsGiven() {
        MemoryNeed need = new MemoryNeed(6 * GB, OptionalLong.of(18 * GB), 4 * GB, true);
        assertThatThrownBy(() -> need.require("big")).hasMessageContaining("this machine has 4.0 GB");
    }

    @Test
    void whatASmallCheckpointNeedsIsNotWorthSaying() {
        assertThat(MemoryNeed.of(Golden.folder("gpt2"), Precision.AUTO)).isEmpty();
    }
}
