package dev.tradewind.job.placement;

import dev.tradewind.job.placement.WorkloadState.Errand;
import dev.tradewind.job.placement.WorkloadState.Kind;
import dev.tradewind.job.plan.Candidates;
import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.SiteViews.SiteCost;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.job.plan.horizon.Planner.Plan;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Decision.Verdict;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Guard;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One workload at one instant, while it is decided what becomes of it. Lives for one event. */
final class Turn {
    /** A guard that allows nothing, for commands that apply nothing. */
    private static final Guard NOTHING =
            new Guard(List.of(), List.of(), "restricted", List.of(), List.of(), false);

    final World world;
    final PlacementConfig settings;
    final Cause cause;
    final long now;
    Policy policy;
    WorkloadFacts facts;

    /** Why its spec can't be read; null where it can. */
    String problem;

    WorkloadState state;

    private final List<Decision> decisions = new ArrayList<>();
    private Candidates candidates;
    private Command command;
    private boolean considered;
    private boolean impatient;
    private boolean answered;
    private boolean gone;
    private String looked;

    Turn(World world, PlacementConfig settings, Cause cause, WorkloadState state, Terms.Of terms) {
        this.world = world;
        this.settings = settings;
        this.cause = cause;
        this.now = world.nowMillis();
        this.state = state;
        this.policy = terms.policy();
        this.facts = terms.facts();
        this.problem = terms.problem();
    }

    /** Goes on with another state, whose spec or setbacks may differ. */
    void adopt(WorkloadState changed, Terms.Of declared) {
        Terms.Of terms = declared.measured(changed.work());
        state = changed;
        policy = terms.policy();
        facts = terms.facts();
        problem = terms.problem();
        candidates = null;
    }

    /** The sites under this workload's limits, evacuations and setbacks. */
    Candidates candidates() {
        if (candidates == null && problem != null) {
            candidates = Candidates.NONE;
        }
        if (candidates == null) {
            Map<String, String> shut = new HashMap<>();
            state.setbacks()
                    .avoidUntilWall()
                    .forEach(
                            (site, until) -> {
                                if (until > world.wallMillis()) {
                                    shut.put(
                                            site,
                                            "the last attempt there came to nothing, the next is at"
                                                    + " "
                                                    + Choice.instant(world.clock().at(until)));
                                }
                            });
            world.detections()
                    .evacuations(world.catalog(), state.workload(), state.spec())
                    .forEach(
                            (site, detection) -> {
                                // a pin is a person's word for this workload, a rule is for many
                                if (!site.equals(state.wishes().pinnedTo())) {
                                    shut.put(site, "rule " + detection.ruleId() + " evacuates it");
                                }
                            });
            Lost.shut(this, shut);
            candidates =
                    Candidates.of(
                            world.catalog(),
                            state.spec(),
                            facts,
                            site -> world.fleet().room(site, state.workload(), isFirst()),
                            shut);
        }
        return candidates;
    }

    /** It has to leave where it is, and goes before those that would like to. */
    boolean isFirst() {
        return world.fleet().isLeaving(state.workload())
                || state.site() != null && world.reach().isSilent(state.site());
    }

    SiteCost cost(Site site) {
        return world.cost(site, policy, now);
    }

    /** EUR of a move from where it is, see {@link CostModel#moveEur}. */
    double moveEur(Site target) {
        Site from = state.site() == null ? null : world.catalog().site(state.site()).orElse(null);
        if (from == null) {
            return 0;
        }
        return CostModel.moveEur(
                facts,
                from.transferEurPerGbTo(target.name()),
                cost(from).eurPerKwh(),
                cost(target).eurPerKwh());
    }

    double kw() {
        return facts.powerWatts() / 1_000;
    }

    /** What is said of a decision besides its verdict and its reason. */
    static final class Saying {
        String to;
        Instant notBefore;
        Double savingEur;
        Double moveEur;
        Plan plan;
        Detection detection;

        Saying to(String site) {
            to = site;
            return this;
        }

        Saying notBefore(long millis) {
            notBefore = Instant.ofEpochMilli(millis);
            return this;
        }

        Saying saving(double eur) {
            savingEur = Double.isFinite(eur) ? eur : null;
            return this;
        }

        Saying moveCosts(double eur) {
            moveEur = eur;
            return this;
        }

        /** Moves were weighed, and this came of it. */
        Saying weighed(Plan weighed) {
            plan = weighed;
            return this;
        }

        Saying because(Detection reason) {
            detection = reason;
            return this;
        }
    }

    /** Publishes a decision; the first of a turn answers the request, if there is one. */
    Decision decide(Verdict verdict, String reason, Saying saying) {
        Detection detection = saying.detection != null ? saying.detection : cause.detection();
        String requestId = null;
        if (!answered && cause.request() != null) {
            requestId = cause.request().requestId();
            answered = true;
        }
        Evidence evidence = Evidence.of(this, saying.to, saying.plan);
        Decision decision =
                new Decision(
                        Ids.of(
                                "decision",
                                state.workload(),
                                state.epoch(),
                                now,
                                world.wallMillis(),
                                verdict,
                                decisions.size()),
                        state.workload(),
                        state.epoch(),
                        verdict,
                        state.site(),
                        saying.to,
                        Instant.ofEpochMilli(now),
                        saying.notBefore,
                        requestId,
                        detection == null ? null : detection.ruleId(),
                        detection == null ? null : detection.ruleVersion(),
                        world.catalog().version(),
                        reason,
                        evidence.alternatives(),
                        saying.savingEur,
                        saying.moveEur,
                        evidence.paidBackAfterMillis(),
                        evidence.readings(),
                        evidence.moreSites());
        decisions.add(decision);
        return decision;
    }

    Decision decide(Verdict verdict, String reason) {
        return decide(verdict, reason, new Saying());
    }

    /**
     * Publishes what nobody asked for, unless the same was said last: {@code what} tells if it is
     * the same. An unanswered request is answered by it in any case.
     */
    void announce(String what, Verdict verdict, String reason, Saying saying) {
        boolean asked = !answered && cause.request() != null;
        if (asked || !what.equals(state.memory().announced())) {
            decide(verdict, reason, saying);
            state = state.with(state.memory().announcing(what));
        } else {
            looked = reason;
        }
    }

    /** It was looked at and nothing came of it, which nobody has to be told. */
    void looked(String reason) {
        looked = reason;
    }

    /** Null: something came of it, or it wasn't looked at. */
    String looked() {
        return looked;
    }

    boolean isAnswered() {
        return answered || cause.request() == null;
    }

    /** It waits for room, or for other moves to end. */
    void waits() {
        impatient = true;
    }

    /** It is asked what is to be done. */
    void considers() {
        considered = true;
    }

    void leaves() {
        gone = true;
    }

    boolean isGone() {
        return gone;
    }

    /** The policy says that nothing is commanded. */
    boolean isDryRun() {
        return policy != null && policy.dryRun();
    }

    /**
     * Decides, and issues the command for it. In a dry run it is published once and nothing is
     * commanded.
     */
    void issue(Kind kind, String to, Verdict verdict, String reason, Saying saying) {
        issue(kind, state.site(), to, verdict, reason, saying);
    }

    /**
     * The same of another site than where it runs.
     *
     * @param from whose copy the command is about
     */
    void issue(Kind kind, String from, String to, Verdict verdict, String reason, Saying saying) {
        if (isDryRun()) {
            announce(
                    "dry run " + kind + " " + to,
                    verdict,
                    reason + " (dry run: nothing is commanded)",
                    saying.to(to));
            return;
        }
        long epoch = state.epoch() + 1;
        Command.Action action = actionOf(kind);
        boolean tidies = state.tidies(kind, from);
        // topics of a site that was not lost are as they are to be
        boolean bare = tidies && !from.equals(state.site());
        WorkloadSpec spec = bare ? state.spec().withoutTopics() : state.spec();
        // the decision carries the epoch that it leads to
        WorkloadState before = state;
        state = state.withEpoch(epoch);
        Decision decision = decide(verdict, reason, saying.to(to));
        command =
                new Command(
                        // two jobs by mistake may use one epoch for different things
                        Ids.of(
                                "command",
                                state.workload(),
                                epoch,
                                action,
                                from,
                                to,
                                state.spec().manifests(),
                                state.spec().topics(),
                                state.spec().consumerGroups()),
                        decision.decisionId(),
                        state.workload(),
                        epoch,
                        action,
                        from,
                        to,
                        state.dataHome(),
                        spec,
                        policy == null ? NOTHING : Guard.of(policy),
                        Instant.ofEpochMilli(now),
                        siteValues(to),
                        world.catalog().connections());
        if (!state.abandoned().isEmpty()) {
            boolean takesBack = kind == Kind.RECLAIM && !tidies;
            command =
                    command.after(
                            List.copyOf(state.abandoned().keySet()),
                            takesBack ? state.abandoned().get(from).cut() : null);
        }
        state = tidies ? state : Remains.about(state, command);
        boolean moves = before.site() != null && to != null && !to.equals(before.site());
        state =
                state.on(
                                new Errand(
                                        kind,
                                        command,
                                        world.wallMillis(),
                                        false,
                                        moves && saying.moveEur != null ? saying.moveEur : 0))
                        .in(kind == Kind.RECLAIM ? state.phase() : phaseOf(kind), now)
                        .planned(null, 0)
                        // where it was going it goes on to when it is resumed
                        .leaving(kind == Kind.STOP ? elsewhere() : null)
                        .with(
                                state.memory()
                                        .decided(decision.decisionId())
                                        .announcing(null)
                                        .awaiting(0, 0));
        if (kind != Kind.STOP && kind != Kind.WITHDRAW && kind != Kind.RECLAIM) {
            state = state.with(state.wishes().withRollout(false));
        }
        // where it stays it may still be asked to go elsewhere
        if (kind == Kind.START || kind == Kind.MOVE || kind == Kind.FAILOVER) {
            state = state.with(state.wishes().moving(null));
        }
    }

    /** Where a command was taking it whose end isn't known, if not to where it is; or null. */
    private String elsewhere() {
        String unfinished = state.unfinished();
        return unfinished == null || unfinished.equals(state.site()) ? null : unfinished;
    }

    /** Issues the command under way once more. */
    void reissue() {
        Errand errand = state.errand();
        command = errand.command();
        state =
                state.on(
                        new Errand(
                                errand.kind(),
                                errand.command(),
                                world.wallMillis(),
                                errand.acknowledged(),
                                errand.moveEur()));
    }

    /**
     * Where it runs and will end by itself, the actuator is asked to tell when it does: it has no
     * memory of its own. Nothing is changed by it, so that it may be asked at any time. One that
     * stands still and can't be started elsewhere may have ended before it was stopped.
     */
    void watch() {
        boolean failed = state.setbacks().failures() > 0 || state.setbacks().ofMove();
        boolean stuck = state.phase() == Phase.waiting && failed;
        if (command != null
                || state.errand() != null
                || state.phase() != Phase.running && !stuck
                || state.site() == null
                || !Jobs.endsByItself(state.spec())) {
            return;
        }
        if (state.memory().lastCommandId() == null) {
            state =
                    state.with(
                            state.memory()
                                    .completed(
                                            Ids.of(
                                                    "command",
                                                    state.workload(),
                                                    state.epoch(),
                                                    Command.Action.watch)));
        }
        command =
                new Command(
                        state.memory().lastCommandId(),
                        state.memory().lastDecisionId(),
                        state.workload(),
                        state.epoch(),
                        Command.Action.watch,
                        state.site(),
                        state.site(),
                        state.dataHome(),
                        state.spec(),
                        NOTHING,
                        Instant.ofEpochMilli(now),
                        null,
                        world.catalog().connections());
    }

    Step step(Placement publish) {
        return new Step(
                gone ? null : state,
                List.copyOf(decisions),
                publish,
                command,
                considered,
                impatient);
    }

    private Map<String, String> siteValues(String name) {
        return name == null
                ? null
                : world.catalog().site(name).map(Candidates::siteValues).orElse(null);
    }

    private static Command.Action actionOf(Kind kind) {
        return switch (kind) {
            case START, MOVE, UPDATE -> Command.Action.run;
            case STOP -> Command.Action.stop;
            case WITHDRAW -> Command.Action.withdraw;
            case FAILOVER -> Command.Action.failover;
            case RECLAIM -> Command.Action.reclaim;
        };
    }

    private static Phase phaseOf(Kind kind) {
        return switch (kind) {
            case START -> Phase.starting;
            case MOVE, FAILOVER -> Phase.moving;
            case UPDATE -> Phase.running;
            case RECLAIM -> throw new IllegalArgumentException("it stays as it is");
            case STOP -> Phase.stopping;
            case WITHDRAW -> Phase.withdrawing;
        };
    }
}
