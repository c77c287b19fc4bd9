package dev.tradewind.job.rules;

import dev.tradewind.sources.readings.Sample;
import java.util.ArrayDeque;
import java.util.Deque;

/** What {@link RuleBinder} keeps of one series. */
final class SeriesState {
    static final long NONE = Long.MIN_VALUE;

    final LevelBook book;

    /** Whether the catalog in force has a use for the series. */
    boolean known;

    /** Readings that came before the first catalog, oldest first. */
    final Deque<Sample> waiting;

    /** Start of the reading that placement was shown last, or NONE. */
    long shownStart = NONE;

    /** The one timer that is registered, or NONE. */
    long timer = NONE;

    SeriesState() {
        this(new LevelBook(), new ArrayDeque<>(2));
    }

    SeriesState(LevelBook book, Deque<Sample> waiting) {
        this.book = book;
        this.waiting = waiting;
    }

    SeriesState copy() {
        SeriesState copy = new SeriesState(book.copy(), new ArrayDeque<>(waiting));
        copy.known = known;
        copy.shownStart = shownStart;
        copy.timer = timer;
        return copy;
    }
}
