package dev.tradewind.sinks.handover;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.Mode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says the next step of a command from what is seen, and nothing else: whoever takes up the work of
 * another goes on where that one was. Pure and total.
 *
 * <p>Before the point of no return every failure leads back to the source; after it the only way is
 * forward. The point is written down at the source's site (see {@link Mark}) right before the first
 * act that can't be undone; a workload without topics passes it when the target is ready.
 */
public final class Handover {
    private final Command command;
    private final Observation seen;
    private final long epoch;
    private final Facts facts;

    private Handover(Command command, Observation seen) {
        this.command = command;
        this.seen = seen;
        this.epoch = command.epoch();
        this.facts = new Facts(command, seen, route(command, seen));
    }

    public static Step next(Command command, Observation seen) {
        Handover handover = new Handover(command, seen);
        return handover.paced(handover.next());
    }

    /** Which sites the command is about, given where its topics were found. */
    public static Route route(Command command, Observation seen) {
        String owned = one(seen.homes().owned());
        for (Map.Entry<String, SiteState> site : new TreeMap<>(seen.sites()).entrySet()) {
            // once topics are on their way, looking for their home finds none, or the new one
            if (Route.ownedHomeUnknown(command)
                    && site.getValue().reachable()
                    && site.getValue().app().mark().cuts(command.epoch())) {
                owned = site.getKey();
            }
        }
        return Route.of(command, one(seen.homes().inputs()), owned);
    }

    private static String one(List<String> sites) {
        return sites != null && sites.size() == 1 ? sites.get(0) : null;
    }

    private Step next() {
        long inForce =
                seen.sites().values().stream()
                        .filter(SiteState::reachable)
                        .mapToLong(s -> s.app().epoch())
                        .max()
                        .orElse(0);
        if (inForce > epoch) {
            return superseded(
                    inForce, "epoch " + inForce + " is in force already, this is " + epoch);
        }
        boolean another =
                seen.sites().values().stream()
                        .filter(SiteState::reachable)
                        .map(s -> s.app().mark())
                        .anyMatch(m -> m.epoch() == epoch && m.isOfAnother(command.commandId()));
        if (another) {
            // what that one has done and decided would be taken for our own
            return superseded(epoch, "epoch " + epoch + " is another command's already");
        }
        switch (command.action()) {
            case run, failover -> {}
            case reclaim -> {
                return new Reclaim(command, seen, facts.route).next();
            }
            default -> {
                return new Halt(command, seen, facts.route).next();
            }
        }
        if (command.to() == null || command.spec() == null || command.spec().manifests() == null) {
            return Step.end(StepKind.REFUSE, "the command says neither what to run nor where");
        }
        Back back = new Back(facts);
        if (facts.decided(Mark.Kind.BACK)) {
            return back.next(seen.mark().note());
        }
        if (facts.decided(Mark.Kind.REFUSED)) {
            // something may have been done by one who had not heard of it
            return back.isAsBefore()
                    ? Step.end(StepKind.REFUSE, seen.mark().note())
                    : back.next(seen.mark().note());
        }
        Copies copies = new Copies(facts, back);
        Forward forward = new Forward(facts, back, copies);
        if (facts.failsOver()) {
            if (!facts.route.vacates()) {
                return Step.end(
                        StepKind.REFUSE,
                        "there is no other site that it is to be failed over from");
            }
            Failover failover = new Failover(facts, back, copies, forward);
            return seen.mark().cuts(epoch) ? failover.after() : failover.before();
        }
        return facts.past() ? forward.next() : new Before(facts, back, copies, forward).next();
    }

    /** There is another job. Where it has taken the workload is told, and nothing is done. */
    private Step superseded(long inForce, String why) {
        List<String> at =
                seen.sites().entrySet().stream()
                        .filter(s -> s.getValue().reachable())
                        .filter(s -> s.getValue().app().podsPresent() > 0)
                        .filter(s -> s.getValue().app().applied(inForce, Mode.RUNNING))
                        .map(Map.Entry::getKey)
                        .toList();
        boolean elsewhere =
                command.action() == Command.Action.run
                        && at.size() == 1
                        && !at.get(0).equals(command.from());
        return elsewhere
                ? Step.found(StepKind.FOUND_ELSEWHERE, at.get(0), "superseded: " + why)
                : Step.end(StepKind.REFUSE, "superseded: " + why);
    }

    /** What was sent a moment ago is given the time to be seen; offsets are seen at once. */
    private Step paced(Step step) {
        if (!step.acts()
                || step.kind() == StepKind.PREFLIGHT
                || step.kind() == StepKind.WRITE_OFFSETS) {
            return step;
        }
        Progress progress = seen.progress(step.kind());
        boolean sent =
                progress.tries() > 0
                        && progress.error() == null
                        && progress.lastMillis(step.site()) < seen.deadlines().settle();
        return sent ? step.later() : step;
    }
}
