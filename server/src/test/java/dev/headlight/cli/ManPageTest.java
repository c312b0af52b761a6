package dev.headlight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ManPageTest {
    private static final CommandLine WHOLE = Main.whole(Io.ofProcess());

    @Test
    void everyOptionOfEveryCommandIsInItsPageWithItsHelp() {
        all(WHOLE).forEach(command -> {
            String page = ManPage.of(command, "1.2.3");
            assertThat(page).startsWith(".TH \"").contains("\n.SH NAME\n", "\n.SH SYNOPSIS\n", "Headlight 1.2.3");
            command.getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .forEach(option -> assertThat(page)
                            .contains(ManPage.text(option.longestName()))
                            .contains(ManPage.text(option.description()[0].replace("%%", "%"))));
            assertThat(page).doesNotContain("${", "%n", "@|");
        });
    }

    @Test
    void noTextIsARequestOfRoff() {
        assertThat(ManPage.text(".so /etc/passwd\n'x\na\\b")).isEqualTo("\\&.so /etc/passwd\n\\&'x\na\\eb");
    }

    private static Stream<CommandLine> all(CommandLine command) {
        return Stream.concat(Stream.of(command), ManPage.subcommands(command).flatMap(ManPageTest::all));
    }
}
