package dev.tradewind.job.placement;

import dev.tradewind.job.placement.WorkloadState.MoveWish;
import dev.tradewind.job.placement.WorkloadState.Setbacks;
import dev.tradewind.job.placement.WorkloadState.Wishes;
import dev.tradewind.job.plan.Candidates;
import dev.tradewind.job.plan.Candidates.Candidate;
import dev.tradewind.job.plan.Room;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.manifest.ManifestCheck;
import dev.tradewind.rules.request.RequestCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Takes a request in: it changes what is wished, or it is refused. What then is to be done is
 * {@link Choice}'s.
 */
final class Requests {
    private Requests() {}

    /** What is wrong with a request by itself, or null. */
    static String unsound(WorkloadRequest request) {
        List<String> problems = RequestCheck.check(request);
        return problems.isEmpty() ? null : String.join("; ", problems);
    }

    /**
     * Why a spec can't be placed under a catalog, or null: its policy, its manifests, its sites.
     */
    static String unplaceable(String workload, WorkloadSpec spec, Catalog catalog) {
        return unplaceable(workload, Terms.work(workload, spec, catalog));
    }

    private static String unplaceable(String workload, Terms.Of terms) {
        if (terms.problem() != null) {
            return terms.problem();
        }
        WorkloadSpec spec = terms.spec();
        Policy policy = terms.policy();
        if (policy == null) {
            return "no policy matches this workload";
        }
        List<String> violations = new ArrayList<>();
        if (spec.topics() != null && spec.topics().home() != null) {
            unknownSite(terms, "topics.home", spec.topics().home(), violations);
        }
        if (spec.latency() != null && terms.facts().latencyTo() == null) {
            return "latency.to is missing, and so is topics.home: nothing says what it is to be near to";
        }
        if (spec.latency() != null && spec.latency().to() != null) {
            unknownSite(terms, "latency.to", spec.latency().to(), violations);
        }
        violations.addAll(ManifestCheck.check(workload, spec, Guard.of(policy)));
        if (!violations.isEmpty()) {
            return "policy "
                    + policy.name()
                    + " doesn't allow it: "
                    + String.join("; ", violations);
        }
        Candidates candidates = limits(terms);
        return candidates.allowed().isEmpty() ? candidates.nearestMiss() : null;
    }

    private static void unknownSite(
            Terms.Of terms, String field, String site, List<String> violations) {
        if (terms.catalog().site(site).isEmpty()) {
            violations.add(field + " names " + site + ", which is no site of the catalog");
        }
    }

    /** The sites under the spec's own limits alone. */
    private static Candidates limits(Terms.Of terms) {
        return Candidates.of(
                terms.catalog(), terms.spec(), terms.facts(), site -> Room.UNBOUNDED, Map.of());
    }

    /** A request for a workload that is known and that this request hasn't reached before. */
    static void take(Turn turn, WorkloadRequest request, Terms terms) {
        WorkloadState state = turn.state;
        if (state.wishes().withdraw() && request.action() != Action.withdraw) {
            refuse(turn, "it is being withdrawn");
            return;
        }
        if (state.phase() == Phase.finished
                && request.action() != Action.withdraw
                && request.action() != Action.submit) {
            refuse(turn, "it has finished; submit it again to run it once more");
            return;
        }
        if (turn.problem != null
                && request.action() != Action.update
                && request.action() != Action.withdraw) {
            refuse(turn, "its spec can't be read by this version, update it: " + turn.problem);
            return;
        }
        switch (request.action()) {
            case submit -> submit(turn, request, terms);
            case update -> update(turn, request, terms);
            case pin -> pin(turn, request);
            case unpin -> unpin(turn);
            case move -> move(turn, request);
            case suspend -> suspend(turn);
            case resume -> resume(turn);
            case withdraw -> turn.state = state.with(state.wishes().withdrawn(true));
        }
    }

    private static void submit(Turn turn, WorkloadRequest request, Terms terms) {
        WorkloadState state = turn.state;
        if (state.phase() == Phase.finished) {
            Terms.Of changed = Terms.work(state.workload(), request.spec(), turn.world.catalog());
            String problem = unplaceable(state.workload(), changed);
            if (problem != null) {
                refuse(turn, problem);
                return;
            }
            turn.adopt(
                    state.withSpec(request.spec())
                            // nothing of it runs there any more: a command from where it had run
                            // is about work that is not known to have ended
                            .at(null, state.dataHome())
                            .in(Phase.waiting, turn.now)
                            .with(state.work().again())
                            .with(Wishes.NONE)
                            .with(Setbacks.NONE),
                    terms.of(state.workload(), request.spec(), turn.world.catalog()));
            return;
        }
        if (state.spec().equals(request.spec())) {
            turn.decide(Verdict.accepted, "it is known already, with this very spec");
        } else {
            refuse(turn, "it is known already with another spec; use update to change it");
        }
    }

    private static void update(Turn turn, WorkloadRequest request, Terms terms) {
        WorkloadState state = turn.state;
        WorkloadSpec spec = state.spec().updatedBy(request.spec());
        if (spec.equals(state.spec())) {
            turn.decide(Verdict.accepted, "nothing of it differs from what is known");
            return;
        }
        String problem =
                unsound(
                        new WorkloadRequest(
                                Action.submit, null, state.workload(), spec, null, null, null));
        Terms.Of changed =
                problem == null ? Terms.work(state.workload(), spec, turn.world.catalog()) : null;
        if (problem == null) {
            problem = unplaceable(state.workload(), changed);
        }
        if (problem == null && state.wishes().pinnedTo() != null) {
            problem =
                    limits(Terms.work(state.workload(), spec, turn.world.catalog()))
                            .site(state.wishes().pinnedTo())
                            .filter(c -> !c.allowed())
                            .map(c -> "it is pinned to " + c.name() + ": " + c.excluded())
                            .orElse(null);
        }
        if (problem != null) {
            refuse(turn, problem);
            return;
        }
        boolean rollout =
                !Objects.equals(spec.manifests(), state.spec().manifests())
                        || !Objects.equals(spec.topics(), state.spec().topics())
                        || !Objects.equals(spec.consumerGroups(), state.spec().consumerGroups());
        // a plan made for the old spec is made anew, and what failed with it may succeed
        WorkloadState next =
                state.withSpec(spec)
                        .planned(null, 0)
                        .with(Setbacks.NONE)
                        .with(state.memory().announcing(null));
        if (state.phase() != Phase.waiting && state.phase() != Phase.suspended) {
            next = next.with(next.wishes().withRollout(rollout || state.wishes().rollout()));
        }
        if (state.phase() == Phase.failed) {
            next = retried(next, turn.now);
        }
        turn.adopt(next, terms.of(state.workload(), spec, turn.world.catalog()));
    }

    private static void pin(Turn turn, WorkloadRequest request) {
        Optional<Candidate> site = turn.candidates().site(request.site());
        if (site.isEmpty()) {
            refuse(turn, "the catalog has no site " + request.site());
        } else if (!site.get().limits().isEmpty()) {
            refuse(
                    turn,
                    "it can't be at "
                            + request.site()
                            + ": "
                            + String.join("; ", site.get().limits()));
        } else if (request.until() != null && request.until().toEpochMilli() <= turn.now) {
            refuse(turn, "the pin would have ended at " + request.until());
        } else {
            Wishes wishes =
                    turn.state
                            .wishes()
                            .pinned(
                                    request.site(),
                                    request.until() == null
                                            ? null
                                            : Long.valueOf(request.until().toEpochMilli()))
                            // what was asked for before is overtaken
                            .moving(null);
            turn.adopt(
                    turn.state.with(wishes),
                    Terms.work(turn.state.workload(), turn.state.spec(), turn.world.catalog()));
        }
    }

    private static void unpin(Turn turn) {
        if (turn.state.wishes().pinnedTo() == null) {
            turn.decide(Verdict.accepted, "it is not pinned");
        }
        turn.adopt(
                turn.state.with(turn.state.wishes().pinned(null, null)),
                Terms.work(turn.state.workload(), turn.state.spec(), turn.world.catalog()));
    }

    private static void move(Turn turn, WorkloadRequest request) {
        WorkloadState state = turn.state;
        Optional<Candidate> site = turn.candidates().site(request.site());
        String pin = state.wishes().pinnedTo();
        if (site.isEmpty()) {
            refuse(turn, "the catalog has no site " + request.site());
        } else if (!site.get().limits().isEmpty()) {
            refuse(
                    turn,
                    "it can't be at "
                            + request.site()
                            + ": "
                            + String.join("; ", site.get().limits()));
        } else if (pin != null && !pin.equals(request.site())) {
            refuse(turn, "it is pinned to " + pin + "; unpin it first");
        } else if (state.wishes().suspend()
                || state.phase() == Phase.suspended
                || state.phase() == Phase.waiting
                // what failed was the withdrawal of one that had never run
                || state.site() == null && state.phase() == Phase.failed) {
            refuse(turn, "it doesn't run; pin it to start it at a site");
        } else {
            MoveWish wish = new MoveWish(request.site(), request.requestId(), request.reason());
            WorkloadState next = state.with(state.wishes().moving(wish));
            turn.state =
                    state.phase() == Phase.failed
                            ? next.leaving(request.site()).in(Phase.running, turn.now)
                            : next;
        }
    }

    private static void suspend(Turn turn) {
        WorkloadState state = turn.state;
        if (state.phase() == Phase.suspended && state.wishes().suspend()) {
            turn.decide(Verdict.accepted, "it is suspended already");
        }
        WorkloadState next = state.with(state.wishes().suspended(true).moving(null));
        turn.state = state.phase() == Phase.failed ? next.in(next.phaseOnward(), turn.now) : next;
    }

    private static void resume(Turn turn) {
        WorkloadState state = turn.state;
        if (state.phase() == Phase.failed) {
            turn.state = retried(state.with(state.wishes().suspended(false)), turn.now);
        } else if (!state.wishes().suspend() && state.setbacks().unasked().isEmpty()) {
            turn.decide(Verdict.accepted, "it is not suspended");
        } else {
            turn.state = state.with(state.wishes().suspended(false));
        }
    }

    /** Tries again what failed for good: a person has seen to it. */
    private static WorkloadState retried(WorkloadState state, long now) {
        return state.in(state.phaseOnward(), now).with(Setbacks.NONE);
    }

    private static void refuse(Turn turn, String reason) {
        turn.decide(Verdict.refused, reason);
    }
}
