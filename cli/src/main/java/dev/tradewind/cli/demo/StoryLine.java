package dev.tradewind.cli.demo;

import java.time.Instant;

/**
 * One line of the story.
 *
 * @param at energy time
 * @param order breaks ties: a detection comes before the decision that it led to, and that before
 *     its steps
 */
record StoryLine(Instant at, int order, String text) implements Comparable<StoryLine> {
    @Override
    public int compareTo(StoryLine other) {
        int byTime = at.compareTo(other.at);
        return byTime != 0 ? byTime : Integer.compare(order, other.order);
    }
}
