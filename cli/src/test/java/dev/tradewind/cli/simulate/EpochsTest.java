package dev.tradewind.cli.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EpochsTest {
    private final Tally tally = new Tally();
    private final Epochs epochs = new Epochs(tally);

    @Test
    void whatGoesUpOrStaysIsFine() {
        epochs.wrote("a", "shop/x", 1, "floor");
        epochs.wrote("a", "shop/x", 1, "apply");
        epochs.wrote("a", "shop/x", 3, "floor");
        epochs.wrote("b", "shop/x", 2, "apply");
        epochs.wrote("a", "shop/y", 1, "apply");
        assertThat(epochs.older()).isEmpty();
    }

    @Test
    void anOlderWriteAtTheSameSiteIsTold() {
        epochs.wrote("a", "shop/x", 3, "floor");
        epochs.wrote("a", "shop/x", 2, "apply");
        epochs.wrote("a", "shop/x", 3, "apply");
        assertThat(epochs.older())
                .containsExactly("apply of shop/x at a took effect by epoch 2, after 3");
    }

    @Test
    void aDeleteMustNotTakeWhatIsNewer() {
        epochs.wrote("a", "shop/x", 3, "floor");
        epochs.deleted("a", "shop/x", 2, 2, "delete");
        assertThat(epochs.older()).isEmpty();
        assertThat(tally.counts()).containsEntry("old objects deleted by an older command", 1L);
        epochs.deleted("a", "shop/x", 2, 3, "delete");
        assertThat(epochs.older())
                .containsExactly("delete of shop/x at a took effect by epoch 2, after 3");
    }
}
