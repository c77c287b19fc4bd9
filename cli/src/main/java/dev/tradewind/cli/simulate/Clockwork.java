package dev.tradewind.cli.simulate;

import java.util.PriorityQueue;

/**
 * Virtual time, in milliseconds, and what is to happen in it. What happens may take time itself, by
 * {@link #spend}: everything else that is due meanwhile happens within. So one thread is enough for
 * any number of parties that come in between each other.
 */
final class Clockwork {
    private record Event(long at, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now = 1_000_000;
    private long order;

    long now() {
        return now;
    }

    void in(long millis, Runnable what) {
        events.add(new Event(now + Math.max(0, millis), order++, what));
    }

    /** Lets time pass. It may take longer, where something that happens within does. */
    void spend(long millis) {
        long end = now + Math.max(0, millis);
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event event = events.poll();
            now = Math.max(now, event.at());
            event.what().run();
        }
        now = Math.max(now, end);
    }
}
