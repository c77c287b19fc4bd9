package dev.tradewind.job.placement;

import static dev.tradewind.job.placement.Story.HOUR;
import static dev.tradewind.job.placement.Story.away;
import static dev.tradewind.job.placement.Story.catalog;
import static dev.tradewind.job.placement.Story.policy;
import static dev.tradewind.job.placement.Story.site;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Decision;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.model.wire.Outcome;
import dev.tradewind.model.wire.Placement.Ledger;
import dev.tradewind.model.wire.Placement.Phase;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random fleets under random events: what must hold whatever comes. */
class PlacementPropertiesTest {
    @Property(tries = 40, seed = "20260303")
    void whateverComesItKeepsToItsLimits(@ForAll long seed) {
        RandomFleet fleet = new RandomFleet(seed);
        Story story = fleet.story;
        Map<String, Long> epochs = new HashMap<>();
        for (int i = 0; i < 80; i++) {
            int checked = story.commands.size();
            Map<String, WorkloadState> before = new TreeMap<>(story.states);
            fleet.event();
            for (Command command : story.commands.subList(checked, story.commands.size())) {
                if (command.action() == Command.Action.watch) {
                    continue;
                }
                assertThat(command.epoch())
                        .as("epochs only grow, also over a withdrawal")
                        .isGreaterThan(epochs.getOrDefault(command.workload(), 0L));
                epochs.put(command.workload(), command.epoch());
                oneAtATime(story, before.get(command.workload()), command);
                ofLostSites(story, before.get(command.workload()), command);
            }
            assertThat(story.limits.broken).isEmpty();
            somewhere(story);
            accounts(story);
        }
        saysWhatItKnows(story);
        everyoneEndsSomewhere(story);
    }

    /** What has been told comes again, once or late: it is as if it had not. */
    @Property(tries = 30, seed = "20260303")
    void whatWasToldAlreadyChangesNothing(@ForAll long seed) {
        RandomFleet fleet = new RandomFleet(seed);
        Story story = fleet.story;
        for (int i = 0; i < 80; i++) {
            int told = story.outcomes.size();
            fleet.event();
            for (Outcome outcome : List.copyOf(story.outcomes.subList(0, told))) {
                WorkloadState state = story.state(outcome.workload());
                if (state != null) {
                    again(story, state, outcome);
                }
            }
        }
    }

    /** What is due anyway, for a clock has jumped, may come of it, and nothing else. */
    private static void again(Story story, WorkloadState state, Outcome outcome) {
        Step step = story.core.onOutcome(story.world(), state, outcome);
        if (step.state() == state) {
            assertThat(step.command()).isNull();
            assertThat(step.decisions()).isEmpty();
            return;
        }
        Step look = story.core.onNews(story.world(), state, false);
        assertThat(step.decisions()).isEqualTo(look.decisions());
        assertThat(step.state())
                .returns(look.state().phase(), WorkloadState::phase)
                .returns(look.state().site(), WorkloadState::site)
                .returns(look.state().wishes(), WorkloadState::wishes)
                .returns(look.state().setbacks(), WorkloadState::setbacks)
                .returns(look.state().left(), WorkloadState::left);
        if (step.command() == null || step.command().action() != Command.Action.watch) {
            assertThat(step.command()).isEqualTo(look.command());
        }
    }

    /** Were the limits never near, and no site ever lost, keeping to them would show nothing. */
    @Property(tries = 1)
    void theLimitsAreMet() {
        int tight = 0;
        int over = 0;
        int failedOver = 0;
        int reclaimed = 0;
        int full = 0;
        int bounded = 0;
        int nearInputs = 0;
        Map<HardLimits.Why, Integer> seen = new EnumMap<>(HardLimits.Why.class);
        for (long seed = 0; seed < 80; seed++) {
            Story story = replay(seed);
            tight += story.tight;
            over += story.overruns.size();
            full += story.limits.full;
            bounded += story.limits.bounded;
            nearInputs += story.limits.nearInputs;
            story.limits.seen.forEach((why, n) -> seen.merge(why, n, Integer::sum));
            for (Command command : story.commands) {
                failedOver += command.action() == Command.Action.failover ? 1 : 0;
                reclaimed += command.action() == Command.Action.reclaim ? 1 : 0;
            }
        }
        assertThat(tight).isGreaterThan(25);
        assertThat(over).isPositive();
        assertThat(failedOver).isGreaterThan(5);
        assertThat(reclaimed).isPositive();
        assertThat(full).isGreaterThan(10);
        assertThat(bounded).isGreaterThan(10);
        assertThat(nearInputs).isGreaterThan(5);
        assertThat(seen).containsKeys(HardLimits.Why.values());
        assertThat(seen.get(HardLimits.Why.CHOSEN)).isGreaterThan(10);
        assertThat(seen.get(HardLimits.Why.INTERRUPTED)).isGreaterThan(5);
    }

    @Property(tries = 20)
    void theSameEventsLeadToTheSame(@ForAll long seed) {
        Story one = replay(seed);
        Story other = replay(seed);
        assertThat(one.commands).isEqualTo(other.commands);
        assertThat(one.decisions).isEqualTo(other.decisions);
        assertThat(one.states).isEqualTo(other.states);
    }

    private static Story replay(long seed) {
        RandomFleet fleet = new RandomFleet(seed);
        for (int i = 0; i < 60; i++) {
            fleet.event();
        }
        return fleet.story;
    }

    /** What runs does so at a site: only what was never started, or is put away, is at none. */
    private static void somewhere(Story story) {
        assertThat(story.states.values())
                .noneMatch(s -> s.phase() == Phase.running && s.site() == null);
    }

    /** A second one comes only when the first has ended, and then the first isn't under way. */
    private static void oneAtATime(Story story, WorkloadState before, Command command) {
        WorkloadState state = story.state(command.workload());
        assertThat(state.errand().command()).isEqualTo(command);
        if (before != null && before.errand() != null) {
            assertThat(story.ended).contains(before.errand().command().commandId());
        }
    }

    /**
     * Nothing goes to a site that is silent or where an old copy may run, nothing leaves a silent
     * one but as its policy says, and nothing is put away at one that doesn't answer. One that was
     * failed over is withdrawn when its old copy is put away, or with whatever is found of it where
     * a command has failed.
     */
    private static void ofLostSites(Story story, WorkloadState before, Command command) {
        Reach reach = story.reach;
        Policy policy = story.catalog.policies().get(0);
        String from = command.from();
        String to = command.to();
        switch (command.action()) {
            case failover -> {
                assertThat(policy.lostSite()).isEqualTo(Policy.LostSite.FAILOVER);
                assertThat(policy.freeze()).isFalse();
                assertThat(reach.isSilent(from)).isTrue();
                assertThat(story.wall - reach.silentSince(from))
                        .isGreaterThanOrEqualTo(policy.lostSiteAfterMillis());
                assertThat(reach.isSilent(to)).isFalse();
                assertThat(command.lost()).isNotEqualTo(List.of(to));
            }
            case reclaim -> {
                assertThat(reach.isSilent(from)).isFalse();
                assertThat(command.lost()).contains(from);
            }
            case run -> {
                if (!to.equals(from) && !story.unfinished.contains(command.commandId())) {
                    assertThat(reach.isSilent(to)).as(to).isFalse();
                    assertThat(story.state(command.workload()).abandoned()).doesNotContainKey(to);
                    boolean runs =
                            story.state(command.workload()).errand().kind()
                                    == WorkloadState.Kind.MOVE;
                    assertThat(runs && reach.isSilent(from)).isFalse();
                }
            }
            case withdraw -> {
                boolean unsettled =
                        before != null
                                && (before.phase() == Phase.failed
                                        || before.unfinished() != null
                                        || !before.remains().isEmpty()
                                        || hasJustFailed(story, command.workload()));
                if (command.lost() != null && !unsettled) {
                    assertThat(command.lost())
                            .noneMatch(
                                    site ->
                                            !site.equals(from)
                                                    && story.catalog.site(site).isPresent());
                }
            }
            default -> {}
        }
    }

    private static boolean hasJustFailed(Story story, String workload) {
        Outcome last =
                story.outcomes.isEmpty() ? null : story.outcomes.get(story.outcomes.size() - 1);
        return last != null
                && last.workload().equals(workload)
                && last.status() == Outcome.Status.failed;
    }

    /**
     * No resource of a site is exceeded by a choice, unless a deadline left none. A catalog that
     * takes room away, or an update that asks for more where it runs, is no choice of ours.
     */
    private static void accounts(Story story) {
        assertThat(story.overruns)
                .allMatch(
                        o ->
                                o.contains(
                                        "its deadline allows no more waiting, though no site has room"));
        int moving = 0;
        for (WorkloadState state : story.states.values()) {
            WorkloadState.Errand errand = state.errand();
            if (errand != null
                    && errand.kind() != WorkloadState.Kind.RECLAIM
                    && errand.command().from() != null
                    && errand.command().to() != null
                    && !errand.command().to().equals(errand.command().from())) {
                moving++;
            }
            Ledger ledger = state.meter().ledger();
            assertThat(ledger.costEur()).isFinite();
            assertThat(ledger.stayCostEur()).isFinite();
            assertThat(state.work().doneMillis()).isNotNegative();
        }
        assertThat(story.fleet.movesInFlight()).isEqualTo(moving);
    }

    private static void saysWhatItKnows(Story story) {
        for (Decision decision : story.decisions) {
            assertThat(decision.reason())
                    .isNotBlank()
                    .doesNotContain("NaN")
                    .doesNotContain("Infinity")
                    .doesNotContain("null");
            decision.alternatives()
                    .forEach(
                            a -> {
                                if (a.costEurPerHour() != null) {
                                    assertThat(a.costEurPerHour()).isFinite();
                                }
                                if (a.moveCostEur() != null) {
                                    assertThat(a.moveCostEur()).isFinite().isNotNegative();
                                }
                            });
        }
    }

    /** Whatever a workload is to be near to. */
    private static Map<String, Double> near() {
        Map<String, Double> millis = new TreeMap<>();
        RandomFleet.SITES.forEach(site -> millis.put(site, 1.0));
        return millis;
    }

    /**
     * With sites that are open and answer, feeds that are alive and commands that succeed, all come
     * to rest, and nothing of them is left elsewhere but of what a person has to see to.
     */
    private static void everyoneEndsSomewhere(Story story) {
        for (Detection active : story.detections.all()) {
            story.cleared(active.ruleId(), active.site());
        }
        story.catalog(
                catalog(
                        policy(),
                        RandomFleet.SITES.stream()
                                .map(name -> away(site(name), near()))
                                .toArray(Site[]::new)));
        for (int hour = 0; hour < 12; hour++) {
            RandomFleet.SITES.forEach(s -> story.heard(s, null));
            RandomFleet.SITES.forEach(s -> story.price(s, 50));
            for (int i = 0; i < 4; i++) {
                story.completeAll();
            }
            story.pass(HOUR);
        }
        story.completeAll();
        assertThat(story.states.values())
                .allMatch(
                        s ->
                                s.errand() == null
                                        && (s.phase() == Phase.running
                                                || s.phase() == Phase.suspended
                                                || s.phase() == Phase.finished
                                                || s.phase() == Phase.failed))
                .allMatch(
                        s ->
                                s.phase() == Phase.failed
                                        || s.unfinished() != null
                                        || s.abandoned().isEmpty())
                .allMatch(s -> s.remains().isEmpty());
    }
}
