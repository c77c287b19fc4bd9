package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Turn.Saying;
import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.job.placement.WorkloadState.MoveWish;
import dev.tradewind.job.placement.WorkloadState.Setbacks;
import dev.tradewind.job.placement.WorkloadState.Wishes;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.RateCurve;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.rules.text.Durations;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done with a workload now: what people asked for first, then what limits demand,
 * then what pays. At most one command comes of it, and none while one is under way.
 */
final class Choice {
    private Choice() {}

    static void next(Turn turn) {
        WorkloadState state = turn.state;
        turn.considers();
        if (state.errand() != null) {
            Lost.overtakes(turn);
            return;
        }
        if (!state.setbacks().unasked().isEmpty()) {
            if (turn.cause.request() == null || turn.isAnswered()) {
                turn.announce(
                        "unasked " + state.setbacks().unasked(),
                        Verdict.stay,
                        "nothing is done with it: the job was started without state while "
                                + String.join(", ", state.setbacks().unasked())
                                + " could not be asked, which may have it; it goes on when they answer, or when it is resumed",
                        new Saying());
                return;
            }
            // a person has seen to it; what the site has all the same, the sink finds by its epoch
            state = state.with(Setbacks.NONE);
            turn.state = state;
        }
        if (state.wishes().withdraw()) {
            if (Lost.holdsBack(turn)) {
                return;
            }
            if (!Remains.seenTo(turn) && !backsOff(turn)) {
                withdraw(turn);
            }
            return;
        }
        if (state.wishes().pinnedUntilMillis() != null
                && state.wishes().pinnedUntilMillis() <= turn.now) {
            turn.state = state.with(state.wishes().pinned(null, null));
        }
        if (turn.problem != null) {
            turn.announce(
                    "unreadable " + turn.problem,
                    Verdict.stay,
                    "its spec can't be read by this version, so nothing is done with it until it is updated or withdrawn: "
                            + turn.problem,
                    new Saying());
            return;
        }
        if (turn.policy == null) {
            turn.announce(
                    "no policy",
                    Verdict.stay,
                    "no policy matches this workload any more, so nothing is done with it",
                    new Saying());
            return;
        }
        if (Lost.reclaims(turn)) {
            return;
        }
        switch (turn.state.phase()) {
            case waiting -> {
                if (turn.state.wishes().suspend()) {
                    turn.state = turn.state.in(Phase.suspended, turn.now).planned(null, 0);
                } else {
                    Starts.start(turn);
                    // a start sees to it anyway
                    if (turn.state.errand() == null) {
                        Strays.decides(turn);
                    }
                }
            }
            case suspended -> {
                if (!turn.state.wishes().suspend()) {
                    turn.state = turn.state.in(Phase.waiting, turn.now);
                    Starts.start(turn);
                } else {
                    Strays.decides(turn);
                }
            }
            case running -> {
                if (turn.state.wishes().suspend()) {
                    if (backsOff(turn)) {
                        return;
                    }
                    turn.issue(Kind.STOP, null, Verdict.suspend, "suspended", new Saying());
                } else {
                    running(turn);
                }
            }
            case finished -> Strays.decides(turn);
            default -> {
                // failed waits for a request; the others have a command under way
            }
        }
    }

    /** The last command came to nothing, and nobody has asked since. */
    static boolean backsOff(Turn turn) {
        return turn.cause.request() == null
                && turn.world.wallMillis() < turn.state.setbacks().notBeforeWall();
    }

    private static void withdraw(Turn turn) {
        WorkloadState state = turn.state;
        // one that was refused may have been taken up by another actuator all the same
        if (state.site() == null && state.memory().lastCommandId() == null) {
            turn.decide(Verdict.withdraw, "withdrawn; it had never been started");
            turn.leaves();
            return;
        }
        turn.issue(Kind.WITHDRAW, null, Verdict.withdraw, "withdrawn", new Saying());
    }

    private static void running(Turn turn) {
        WorkloadState state = turn.state;
        if (Lost.decides(turn)) {
            return;
        }
        if (state.unfinished() != null) {
            if (backsOff(turn)) {
                return;
            }
            turn.issue(
                    state.unfinished().equals(state.site()) ? Kind.UPDATE : Kind.MOVE,
                    state.unfinished(),
                    Verdict.move,
                    "going on with what was under way to " + state.unfinished(),
                    new Saying());
            return;
        }
        if (Strays.decides(turn)) {
            return;
        }
        Optional<Candidate> here = turn.candidates().site(state.site());
        String pin = state.wishes().pinnedTo();
        if (pin != null && !pin.equals(state.site()) && toPin(turn, pin)) {
            return;
        }
        String expelled = expelled(turn, here);
        if (expelled != null) {
            Evacuation.leave(turn, expelled);
            return;
        }
        if (state.memory().leaveAtMillis() != 0) {
            // what it was to leave for has passed
            turn.state = state.with(state.memory().awaiting(state.memory().payingAtMillis(), 0));
        }
        MoveWish wish = state.wishes().move();
        if (wish != null) {
            wished(turn, wish);
            return;
        }
        if (state.wishes().rollout() && !backsOff(turn)) {
            turn.issue(
                    Kind.UPDATE,
                    state.site(),
                    Verdict.accepted,
                    "its new objects are rolled out at " + state.site(),
                    new Saying());
            return;
        }
        if (turn.facts.deadlineMillis() != null) {
            Deferred.running(turn);
        } else if (pin == null) {
            ByChoice.consider(turn);
        } else if (turn.cause.byChoice() && turn.cause.detection() != null) {
            turn.announce(
                    "stay " + turn.cause.detection().detectionId(),
                    Verdict.stay,
                    "it stays, for it is pinned to " + pin,
                    new Saying().to(state.site()));
        }
    }

    /** Why it must leave where it is, or null. */
    static String expelled(Turn turn, Optional<Candidate> here) {
        if (here.isEmpty()) {
            return "site " + turn.state.site() + " is not in the catalog any more";
        }
        if (!here.get().limits().isEmpty()) {
            return turn.state.site()
                    + " won't do any more: "
                    + String.join("; ", here.get().limits());
        }
        Detection evacuation = evacuation(turn, turn.state.site());
        return evacuation == null
                ? null
                : "rule "
                        + evacuation.ruleId()
                        + " evacuates "
                        + turn.state.site()
                        + (evacuation.reason() == null ? "" : ": " + evacuation.reason());
    }

    /** The evacuation of a site that concerns this workload and that its pin doesn't outweigh. */
    static Detection evacuation(Turn turn, String site) {
        return site.equals(turn.state.wishes().pinnedTo())
                ? null
                : turn.world
                        .detections()
                        .evacuations(turn.world.catalog(), turn.state.workload(), turn.state.spec())
                        .get(site);
    }

    /** Moves it to its pin, or says why not; false: there is nothing more to be said of the pin. */
    private static boolean toPin(Turn turn, String pin) {
        Optional<Candidate> target = turn.candidates().site(pin);
        String obstacle =
                target.isEmpty()
                        ? "the catalog has no site " + pin
                        : target.get().open() ? blocked(turn, pin) : target.get().excluded();
        if (obstacle == null) {
            move(turn, target.get().site(), "pinned to " + pin, new Saying());
            return true;
        }
        turn.waits();
        turn.announce(
                "pin " + obstacle,
                Verdict.stay,
                "it is pinned to " + pin + ", but can't go there yet: " + obstacle,
                new Saying().to(turn.state.site()));
        return false;
    }

    private static void wished(Turn turn, MoveWish wish) {
        Wishes done = turn.state.wishes().moving(null);
        if (wish.site().equals(turn.state.site())) {
            turn.state = turn.state.with(done);
            turn.decide(
                    Verdict.stay,
                    "it is at " + wish.site() + " already",
                    new Saying().to(wish.site()));
            return;
        }
        Optional<Candidate> target = turn.candidates().site(wish.site());
        String refusal =
                target.isEmpty()
                        ? "the catalog has no site " + wish.site()
                        : target.get().open() ? null : target.get().excluded();
        if (refusal == null && turn.policy.freeze()) {
            refusal = "policy " + turn.policy.name() + " has frozen all moves";
        }
        if (refusal != null) {
            turn.state = turn.state.with(done);
            turn.decide(
                    Verdict.refused,
                    "it can't move to " + wish.site() + ": " + refusal,
                    new Saying().to(wish.site()));
            return;
        }
        String blocked = blocked(turn, wish.site());
        if (blocked != null) {
            turn.waits();
            turn.announce(
                    "move " + blocked,
                    Verdict.accepted,
                    "it will move to " + wish.site() + " when it can: " + blocked,
                    new Saying().to(wish.site()));
            return;
        }
        move(
                turn,
                target.get().site(),
                "asked for" + (wish.reason() == null ? "" : ": " + wish.reason()),
                new Saying());
        if (turn.isDryRun()) {
            turn.state = turn.state.with(done);
        }
    }

    /** What keeps any move to a site from beginning now, or null. */
    static String blocked(Turn turn, String to) {
        if (turn.policy.freeze()) {
            return "policy " + turn.policy.name() + " has frozen all moves";
        }
        Fleet fleet = turn.world.fleet();
        int inFlight = fleet.movesInFlight();
        if (inFlight >= turn.policy.movesInFlight()) {
            return inFlight + " moves are under way, and no more are allowed at once";
        }
        String from = turn.state.site();
        int between = fleet.movesBetween(from, to);
        if (between >= turn.policy.movesPerSitePair()) {
            return between
                    + " moves between "
                    + from
                    + " and "
                    + to
                    + " are under way, and no more are allowed at once";
        }
        boolean first = turn.isFirst();
        return fleet.allowsMove(turn.policy.movesInFlight(), first)
                        && fleet.allowsMove(from, to, turn.policy.movesPerSitePair(), first)
                ? null
                : "others have to leave where they are, and go first";
    }

    static void move(Turn turn, Site to, String why, Saying saying) {
        move(turn, to, why, saying, saving(turn, to));
    }

    /**
     * @param savingEur of being there instead, this move not taken off; NaN where it isn't known
     */
    static void move(Turn turn, Site to, String why, Saying saying, double savingEur) {
        double moveEur = turn.moveEur(to);
        turn.issue(
                Kind.MOVE,
                to.name(),
                Verdict.move,
                "moves from " + turn.state.site() + " to " + to.name() + ": " + why,
                saying.saving(savingEur).moveCosts(moveEur));
    }

    /**
     * What being there instead of here saves over the policy's horizon, the move's cost not taken
     * off, EUR; NaN where it isn't known.
     */
    static double saving(Turn turn, Site to) {
        Optional<Site> from = turn.world.catalog().site(turn.state.site());
        long end = turn.now + turn.policy.horizonMillis();
        return from.map(
                        site ->
                                (curve(turn, site, end).sum(turn.now, end)
                                                - curve(turn, to, end).sum(turn.now, end))
                                        * turn.facts.powerWatts()
                                        / 1_000)
                .orElse(Double.NaN);
    }

    static RateCurve curve(Turn turn, Site site, long end) {
        return turn.world.curve(site, turn.policy, end);
    }

    static String eur(double eur) {
        return String.format(java.util.Locale.ROOT, "%.4f EUR", eur);
    }

    static String perHour(Turn turn, double eurPerKwh) {
        return String.format(
                java.util.Locale.ROOT,
                "%.4f EUR/h",
                CostModel.eurPerHour(eurPerKwh, turn.facts.powerWatts()));
    }

    static String duration(long millis) {
        return Durations.format(Math.max(1_000, millis / 1_000 * 1_000));
    }

    /** For people: to the second. */
    static String instant(long millis) {
        return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static List<String> names(List<Candidate> candidates) {
        return candidates.stream().map(Candidate::name).toList();
    }
}
