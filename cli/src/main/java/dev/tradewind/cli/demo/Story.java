package dev.tradewind.cli.demo;

import dev.tradewind.cli.follow.Follower;
import dev.tradewind.model.EnergyClock;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/** Prints what happens, in order of time. */
final class Story implements Follower.Listener {
    /**
     * Records of one moment reach us by several topics; they are held this long to be told in
     * order.
     */
    private static final long HELD = Duration.ofMillis(400).toNanos();

    private static final long QUIET = Duration.ofSeconds(8).toNanos();

    private final EnergyClock clock;
    private final Teller teller;
    private final PrintStream out;
    private final Supplier<String> progress;
    private final PriorityQueue<Held> held = new PriorityQueue<>();
    private long lastTold = System.nanoTime();

    private record Held(StoryLine line, long heardAt) implements Comparable<Held> {
        @Override
        public int compareTo(Held other) {
            return line.compareTo(other.line);
        }
    }

    /**
     * @param progress what to say while nothing happens
     */
    Story(EnergyClock clock, PrintStream out, Supplier<String> progress) {
        this.clock = clock;
        this.teller = new Teller(clock);
        this.out = out;
        this.progress = progress;
    }

    @Override
    public void heard(Detection detection) {
        hold(teller.tell(detection));
    }

    @Override
    public void heard(Decision decision) {
        hold(teller.tell(decision));
    }

    @Override
    public void heard(Outcome outcome) {
        hold(teller.tell(outcome));
    }

    @Override
    public void heardDeadLetter(byte[] raw) {
        hold(
                Optional.of(
                        new StoryLine(
                                now(),
                                3,
                                "DEAD LETTER " + new String(raw, StandardCharsets.UTF_8))));
    }

    @Override
    public void pause() {
        long time = System.nanoTime();
        if (tell(time - HELD)) {
            lastTold = time;
        } else if (time - lastTold > QUIET) {
            out.println(Teller.hour(now()) + "         ... " + progress.get());
            lastTold = time;
        }
    }

    @Override
    public void end() {
        tell(System.nanoTime());
    }

    private void hold(Optional<StoryLine> line) {
        line.ifPresent(l -> held.add(new Held(l, System.nanoTime())));
    }

    private boolean tell(long heardBefore) {
        boolean told = false;
        while (!held.isEmpty() && held.peek().heardAt() - heardBefore <= 0) {
            StoryLine line = held.poll().line();
            out.println(Teller.hour(line.at()) + "  " + line.text());
            told = true;
        }
        return told;
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.now());
    }
}
