package dev.tradewind.sinks.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.sinks.port.Mark.Kind;
import org.junit.jupiter.api.Test;

/** An epoch decides once. */
class MarkTest {
    private static Mark mark(Kind kind, long epoch) {
        return new Mark(kind, epoch, kind + " " + epoch);
    }

    @Test
    void whatIsDecidedStays() {
        assertThat(Mark.NONE.then(mark(Kind.CUT, 3))).contains(mark(Kind.CUT, 3));
        assertThat(mark(Kind.CUT, 3).then(new Mark(Kind.CUT, 3, "others")))
                .contains(mark(Kind.CUT, 3));
        assertThat(mark(Kind.CUT, 3).then(mark(Kind.BACK, 3))).isEmpty();
        assertThat(mark(Kind.REFUSED, 3).then(mark(Kind.CUT, 3))).isEmpty();
        assertThat(mark(Kind.BACK, 3).then(mark(Kind.CUT, 4))).contains(mark(Kind.CUT, 4));
    }

    /** Two jobs by mistake count their epochs each for itself. */
    @Test
    void anEpochIsOneCommandsAlone() {
        Mark cut = new Mark(Kind.CUT, 3, "cut", "mine");
        assertThat(cut.isOfAnother("mine")).isFalse();
        assertThat(cut.isOfAnother("theirs")).isTrue();
        assertThat(mark(Kind.CUT, 3).isOfAnother("mine")).as("of a former version").isFalse();
        assertThat(cut.then(new Mark(Kind.CUT, 3, "cut", "theirs"))).isEmpty();
        assertThat(cut.then(new Mark(Kind.CUT, 3, "again", "mine"))).contains(cut);
        assertThat(cut.then(new Mark(Kind.CUT, 4, "cut", "theirs"))).isPresent();
    }

    @Test
    void whatWasGivenUpIsOfItsEpochAlone() {
        assertThat(mark(Kind.BACK, 3).givesUp(3)).isTrue();
        assertThat(mark(Kind.REFUSED, 3).givesUp(3)).isTrue();
        assertThat(mark(Kind.BACK, 3).givesUp(4)).isFalse();
        assertThat(mark(Kind.CUT, 3).givesUp(3)).isFalse();
        assertThat(Mark.NONE.givesUp(0)).isFalse();
    }

    @Test
    void aFailoverIsCountedOnceMoreAndThatStays() {
        Mark counted = mark(Kind.COUNTED, 3);
        assertThat(mark(Kind.CUT, 3).then(counted)).contains(counted);
        assertThat(counted.then(mark(Kind.CUT, 3))).as("one who slept").contains(counted);
        assertThat(counted.then(new Mark(Kind.COUNTED, 3, "others"))).contains(counted);
        assertThat(counted.then(mark(Kind.BACK, 3))).isEmpty();
        assertThat(mark(Kind.CUT, 2).then(mark(Kind.COUNTED, 3))).contains(counted);
        assertThat(counted.cuts(3)).isTrue();
        assertThat(counted.cuts(4)).isFalse();
    }
}
