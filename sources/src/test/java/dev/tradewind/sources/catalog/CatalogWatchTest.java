package dev.tradewind.sources.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.sources.catalog.CatalogWatch.Accepted;
import dev.tradewind.sources.catalog.CatalogWatch.Finding;
import dev.tradewind.sources.catalog.CatalogWatch.Rejected;
import dev.tradewind.sources.catalog.CatalogWatch.Unchanged;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Contents are texts here; one that begins with "bad" is invalid, and spaces don't count. */
class CatalogWatchTest {
    private final CatalogWatch watch = new CatalogWatch(CatalogWatchTest::parse, null);

    @Test
    void takesWhatTwoLooksInARowHaveFound() {
        assertThat(look("a")).isInstanceOf(Unchanged.class);
        assertThat(look("ab")).isInstanceOf(Unchanged.class);
        assertThat(accepted(look("ab")).isNew()).isTrue();
        assertThat(look("ab")).isInstanceOf(Unchanged.class);
    }

    @Test
    void tellsOfAnInvalidOneOnceAndOfItsRepair() {
        look("a");
        look("a");
        look("bad");
        assertThat(look("bad")).isInstanceOf(Rejected.class);
        assertThat(look("bad")).isInstanceOf(Unchanged.class);
        look("a");
        assertThat(accepted(look("a")).isNew()).isFalse();
        look("bad");
        assertThat(look("bad")).isInstanceOf(Rejected.class);
    }

    @Test
    void anotherSpellingOfTheSameIsNotNew() {
        look("a");
        look("a");
        look(" a");
        assertThat(accepted(look(" a")).isNew()).isFalse();
    }

    @Test
    void aDirectoryThatDoesNotRestIsLookedAtAgain() {
        look("a");
        assertThat(watch.look(null)).isInstanceOf(Unchanged.class);
        assertThat(look("a")).isInstanceOf(Unchanged.class);
        assertThat(look("a")).isInstanceOf(Accepted.class);
    }

    @Test
    void whatIsInForceAfterARestoreIsNotNew() {
        CatalogWatch restored = new CatalogWatch(CatalogWatchTest::parse, "a");
        restored.look(content("a"));
        assertThat(accepted(restored.look(content("a"))).isNew()).isFalse();
    }

    @Test
    void aParserThatFailsRejects() {
        CatalogWatch failing =
                new CatalogWatch(
                        files -> {
                            throw new IllegalStateException("flaw");
                        },
                        null);
        failing.look(content("a"));
        assertThat(failing.look(content("a")))
                .isInstanceOfSatisfying(
                        Rejected.class,
                        r -> assertThat(r.problems().get(0).message()).contains("flaw"));
    }

    private Finding look(String text) {
        return watch.look(content(text));
    }

    private static CatalogDirectory.Content content(String text) {
        return new CatalogDirectory.Content(
                text, List.of(new CatalogFile("a.yaml", text)), List.of());
    }

    private static Accepted accepted(Finding finding) {
        return (Accepted) finding;
    }

    private static CatalogResult parse(List<CatalogFile> files) {
        String text = files.get(0).text().trim();
        return text.startsWith("bad")
                ? new CatalogResult(
                        null, List.of(new Problem("a.yaml", 3, 1, "bad", "good", null)), List.of())
                : new CatalogResult(
                        new Catalog(text, List.of(), List.of(), List.of()), List.of(), List.of());
    }
}
