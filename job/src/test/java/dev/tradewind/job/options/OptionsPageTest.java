package dev.tradewind.job.options;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsPageTest {
    private static final Path PAGE = Path.of("../src/site/markdown/options.md");

    /** With {@code -Dtradewind.write=true} it writes the page instead. */
    @Test
    void thePageTellsTheOptionsAsTheyAre() throws Exception {
        if (Boolean.getBoolean("tradewind.write")) {
            Files.writeString(PAGE, OptionsPage.markdown());
        }
        assertThat(Files.readString(PAGE)).isEqualTo(OptionsPage.markdown());
    }
}
