package dev.tradewind.sinks.handover;

import static dev.tradewind.sinks.handover.AnyObservation.EPOCH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.model.wire.Command;
import dev.tradewind.sinks.handover.Observation.Progress;
import dev.tradewind.sinks.handover.Observation.SiteState;
import dev.tradewind.sinks.handover.Observation.Stray;
import dev.tradewind.sinks.port.AppState;
import dev.tradewind.sinks.port.AppState.JobState;
import dev.tradewind.sinks.port.DataState.GroupState;
import dev.tradewind.sinks.port.DataState.PartitionState;
import dev.tradewind.sinks.port.Inflow;
import dev.tradewind.sinks.port.Mark;
import dev.tradewind.sinks.port.MirrorStatus;
import dev.tradewind.sinks.port.Mode;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Whatever is seen, also what never should be: there is a next step, and it is never one that runs
 * two copies or loses records.
 */
class HandoverPropertyTest {
    private static final Set<StepKind> SIDES =
            EnumSet.of(StepKind.REVERSE, StepKind.PROMOTE, StepKind.FAILOVER);

    private record Case(Command command, Observation seen, Route route, Step step) {
        static Case of(long seed) {
            AnyObservation any = new AnyObservation(seed);
            Command command = any.command();
            Observation seen = any.observation();
            return new Case(
                    command, seen, Handover.route(command, seen), Handover.next(command, seen));
        }

        boolean acts(StepKind kind) {
            return step.kind() == kind && step.acts();
        }

        AppState app(String site) {
            SiteState state = seen.sites().get(site);
            return state == null || !state.reachable() ? null : state.app();
        }

        /** The point of no return, by what is written or by what is seen. */
        boolean past() {
            AppState target = app(command.to());
            return decided(Mark.Kind.CUT)
                    || route.owned().stream()
                            .map(seen.topics()::get)
                            .anyMatch(t -> t != null && t.reversed())
                    || target != null && target.applied(EPOCH, Mode.RUNNING);
        }

        boolean decided(Mark.Kind kind) {
            return seen.mark().kind() == kind && seen.mark().epoch() == EPOCH;
        }
    }

    @Test
    void everyStepIsMetByChance() {
        Set<StepKind> met = EnumSet.noneOf(StepKind.class);
        for (long seed = 0; seed < 200_000; seed++) {
            met.add(Case.of(seed).step().kind());
        }
        assertThat(EnumSet.complementOf(EnumSet.copyOf(met))).isEmpty();
    }

    @Property(tries = 20_000)
    void thereIsAlwaysANextStep(@ForAll long seed) {
        Case c = Case.of(seed);
        Step step = c.step();

        assertThat(step.message()).isNotNull();
        assertThat(Handover.next(c.command(), c.seen())).isEqualTo(step);
        if (step.acts()) {
            assertThat(step.kind().acts()).isTrue();
            assertThat(step.site()).isNotNull();
        }
    }

    @Property(tries = 20_000)
    void theTargetIsNeverStartedWhileTheSourceMayRun(@ForAll long seed) {
        Case c = Case.of(seed);
        if (!c.acts(StepKind.START_TARGET)) {
            return;
        }
        for (String site : c.seen().sites().keySet()) {
            if (!site.equals(c.command().to()) && c.app(site) != null) {
                assertThat(c.app(site).podsPresent()).isZero();
            }
        }
        if (c.route().vacates() && c.app(c.route().source()) == null) {
            assertThat(c.decided(Mark.Kind.CUT)).isTrue();
        }
    }

    @Property(tries = 20_000)
    void noTopicChangesSidesBeforeThePointOfNoReturn(@ForAll long seed) {
        Case c = Case.of(seed);
        if (!SIDES.contains(c.step().kind())) {
            return;
        }
        assertThat(c.past()).isTrue();
    }

    @Property(tries = 20_000)
    void thePointOfNoReturnIsPassedOnlyWhenDrained(@ForAll long seed) {
        Case c = Case.of(seed);
        boolean planned = c.command().action() == Command.Action.run;
        // What runs at the target by this epoch has passed it, though that is written nowhere.
        boolean passes = c.acts(StepKind.CUT) && !c.past();
        if (!planned || !passes || !c.route().hasPointOfNoReturn()) {
            return;
        }
        if (c.route().vacates()) {
            assertThat(c.app(c.route().source()).stopped()).isTrue();
        }
        for (String topic : c.route().topics()) {
            if (!c.command().to().equals(c.route().home(topic))) {
                for (PartitionState p : c.seen().topics().get(topic).partitions()) {
                    drained(c, topic, p);
                }
            }
        }
    }

    /** Work that is done is not done again where it goes: it goes nowhere any more. */
    @Property(tries = 20_000)
    void aJobThatHasEndedByItselfIsNotStartedElsewhere(@ForAll long seed) {
        Case c = Case.of(seed);
        boolean passes = c.acts(StepKind.CUT) || c.acts(StepKind.START_TARGET);
        boolean moves = c.command().action() == Command.Action.run && c.route().vacates();
        if (!passes || !moves || c.past()) {
            return;
        }
        AppState source = c.app(c.route().source());
        AppState target = c.app(c.command().to());
        boolean started =
                target != null && target.appliedEpoch() == EPOCH && target.mode() != Mode.STAGED;
        if (c.route().hasPointOfNoReturn() || !started) {
            assertThat(source.job()).isNotEqualTo(JobState.SUCCEEDED);
        }
    }

    /**
     * Of those that the command has a manifest of. Before it is decided the target knows each; a
     * source that is lost is asked where it answers in time.
     */
    @Property(tries = 20_000)
    void noJobRunsAtTheTargetThatHasEndedAtTheSource(@ForAll long seed) {
        Case c = Case.of(seed);
        boolean passes = c.acts(StepKind.CUT) || c.acts(StepKind.START_TARGET);
        boolean planned = c.command().action() == Command.Action.run;
        boolean lost = c.command().action() == Command.Action.failover;
        if (!passes || !planned && !lost || !c.route().vacates()) {
            return;
        }
        AppState source = c.app(c.route().source());
        AppState target = c.app(c.command().to());
        if (source == null || target == null || !source.ended().contains("Job/j")) {
            return;
        }
        if (c.acts(StepKind.START_TARGET)) {
            assertThat(c.step().subjects()).contains("Job/j");
        } else if (planned && target.applied(EPOCH, Mode.STAGED)) {
            assertThat(target.ended()).contains("Job/j");
        }
    }

    /** To where the workload is, and from where nothing runs and nothing was decided later. */
    @Property(tries = 20_000)
    void topicsAreTakenBackToTheWorkloadAlone(@ForAll long seed) {
        Case c = Case.of(seed);
        if (!c.acts(StepKind.TAKE_BACK)) {
            return;
        }
        Stray stray = c.seen().stray();
        AppState here = c.app(stray.home());
        assertThat(c.command().action()).isEqualTo(Command.Action.run);
        assertThat(c.step().site()).isEqualTo(stray.via());
        assertThat(stray.home()).isIn(c.route().ownedHome(), c.command().to());
        assertThat(here.exists()).isTrue();
        for (String behind : List.of(c.step().peer(), c.step().site())) {
            if (behind.equals(stray.home())) {
                continue;
            }
            AppState there = c.app(behind);
            assertThat(there.stopped()).isTrue();
            assertThat(there.epoch()).isLessThanOrEqualTo(Math.max(here.epoch(), EPOCH));
            if (there.epoch() > here.epoch()) {
                // by this epoch it is staged there, and not decided to run
                assertThat(there.epoch()).isEqualTo(EPOCH);
            }
        }
        if (!c.past()) {
            assertThat(stray.home()).isEqualTo(c.route().ownedHome());
        }
    }

    /** Nobody is sent to where it isn't: it runs nowhere, and was there after it was at home. */
    @Property(tries = 20_000)
    void itIsFoundStoppedOnlyWhereItWasLast(@ForAll long seed) {
        Case c = Case.of(seed);
        if (c.step().kind() != StepKind.FOUND_STOPPED) {
            return;
        }
        AppState there = c.app(c.step().site());
        assertThat(there.exists()).isTrue();
        if (c.command().action() == Command.Action.reclaim) {
            AppState home = c.app(c.command().to());
            assertThat(home.stopped()).isTrue();
            assertThat(there.mode()).isEqualTo(Mode.STOPPED);
            assertThat(there.appliedEpoch()).isGreaterThan(home.epoch());
            return;
        }
        assertThat(c.command().action()).isEqualTo(Command.Action.run);
        assertThat(c.seen().mark().epoch()).isNotEqualTo(EPOCH);
        long here = c.app(c.route().ownedHome()).epoch();
        if (there.mode() == Mode.RUNNING) {
            assertThat(there.job()).isEqualTo(JobState.SUCCEEDED);
            // one that was refused at home has placed nothing there
            assertThat(there.epoch())
                    .isGreaterThanOrEqualTo(c.app(c.route().ownedHome()).appliedEpoch());
        } else {
            assertThat(there.mode()).isEqualTo(Mode.STOPPED);
            assertThat(there.epoch()).isGreaterThan(here);
        }
        for (SiteState site : c.seen().sites().values()) {
            assertThat(!site.reachable() || site.app().stopped()).isTrue();
        }
    }

    /** Before the source stops, and before its last commit is taken for what it is. */
    @Property(tries = 20_000)
    void noOffsetIsCarriedOverWhileALinkMayWriteAnother(@ForAll long seed) {
        Case c = Case.of(seed);
        boolean quiesces = c.acts(StepKind.QUIESCE_SOURCE);
        boolean carries = quiesces || c.acts(StepKind.WRITE_OFFSETS) || c.acts(StepKind.CUT);
        boolean reclaims = c.command().action() == Command.Action.reclaim;
        // on the way back what is mended is read by the source, and carried nowhere
        boolean back = c.decided(Mark.Kind.BACK) || c.decided(Mark.Kind.REFUSED);
        if (reclaims || !carries || c.past() || back) {
            return;
        }
        for (String site : c.route().offsetSites()) {
            for (Inflow inflow : c.seen().inflows().get(site).values()) {
                Inflow.Sync sync = inflow.sync("g");
                assertThat(sync).isNotEqualTo(Inflow.Sync.SYNCED);
                if (sync == Inflow.Sync.EXCLUDED && quiesces) {
                    assertThat(c.seen().closedMillis())
                            .isGreaterThanOrEqualTo(Math.min(30_000, inflow.syncMillis()));
                }
            }
        }
    }

    /** To what it had when it stopped, and never over what others have committed since. */
    @Property(tries = 20_000)
    void offsetsAreMendedWhereItStandsStillAlone(@ForAll long seed) {
        Case c = Case.of(seed);
        boolean mends = c.acts(StepKind.WRITE_OFFSETS) && c.step().site().equals(c.step().peer());
        if (!mends) {
            return;
        }
        AppState here = c.app(c.step().site());
        assertThat(c.command().action()).isEqualTo(Command.Action.run);
        assertThat(c.step().site()).isEqualTo(c.route().groupsHome());
        assertThat(here.exists()).isTrue();
        assertThat(here.stopped()).isTrue();
        c.step()
                .offsets()
                .get("g")
                .forEach(
                        (tp, offset) -> {
                            assertThat(here.noted().of("g")).containsEntry(tp, offset);
                            GroupState group = c.seen().groups().get("g");
                            boolean older = group.source().getOrDefault(tp, offset) < offset;
                            assertThat(
                                            group.sourceOurs().contains(tp)
                                                    || here.noted().passing() && older)
                                    .isTrue();
                        });
    }

    /** By a source whose own may have been written over before it was looked at. */
    @Property(tries = 20_000)
    void whatWasVerifiedAtTheTargetIsNotTakenBack(@ForAll long seed) {
        Case c = Case.of(seed);
        boolean mends = c.acts(StepKind.WRITE_OFFSETS) && !c.step().site().equals(c.step().peer());
        if (!mends || !c.past()) {
            return;
        }
        GroupState group = c.seen().groups().get("g");
        c.step()
                .offsets()
                .get("g")
                .forEach(
                        (tp, offset) -> {
                            if (group.sourceOurs().contains(tp) && group.target().containsKey(tp)) {
                                assertThat(offset).isGreaterThan(group.target().get(tp));
                            }
                        });
    }

    private static void drained(Case c, String topic, PartitionState p) {
        if (c.route().owned().contains(topic)) {
            assertThat(p.targetEnd()).isEqualTo(p.sourceEnd());
            assertThat(c.seen().still()).isGreaterThanOrEqualTo(2);
        }
        TopicPartition tp = new TopicPartition(topic, p.partition());
        for (String name : c.route().groups()) {
            GroupState group = c.seen().groups().get(name);
            if (group != null && group.source().containsKey(tp)) {
                long committed = group.source().get(tp);
                assertThat(p.targetEnd()).isGreaterThanOrEqualTo(committed);
                if (c.route().alignsGroups()) {
                    assertThat(group.target()).containsEntry(tp, committed);
                }
            }
        }
    }

    @Property(tries = 20_000)
    void afterThePointOfNoReturnNothingLeadsBack(@ForAll long seed) {
        Case c = Case.of(seed);
        boolean starts =
                c.command().action() == Command.Action.run
                        || c.command().action() == Command.Action.failover;
        if (starts && c.decided(Mark.Kind.CUT)) {
            assertThat(c.step().kind())
                    .isNotIn(
                            StepKind.GIVE_UP,
                            StepKind.RESTORE_SOURCE,
                            StepKind.REMOVE_TARGET,
                            StepKind.ROLLED_BACK);
        }
    }

    @Property(tries = 20_000)
    void theSourceIsNeverStartedAgainWhileTheTargetMayRun(@ForAll long seed) {
        Case c = Case.of(seed);
        if (c.acts(StepKind.RESTORE_SOURCE)) {
            AppState target = c.app(c.command().to());
            assertThat(target == null ? c.route().hasPointOfNoReturn() : target.podsPresent() == 0)
                    .isTrue();
        }
    }

    /** It would end unseen, and be run elsewhere once more. */
    @Property(tries = 20_000)
    void aJobIsNotRemovedWhileItRuns(@ForAll long seed) {
        Case c = Case.of(seed);
        // one that can't be stopped is removed all the same, in the end
        Progress stop = c.seen().progress(StepKind.QUIESCE_TARGET);
        boolean inVain =
                stop.tries() > 0
                        || stop.refused()
                        || stop.sinceMillis() > c.seen().deadlines().of(StepKind.QUIESCE_TARGET);
        if (!c.acts(StepKind.REMOVE_TARGET) || inVain) {
            return;
        }
        AppState target = c.app(c.step().site());
        boolean ends = target.job() == JobState.ACTIVE || target.job() == JobState.FAILED;
        assertThat(ends && target.applied(EPOCH, Mode.RUNNING)).isFalse();
    }

    @Property(tries = 20_000)
    void aHigherEpochEndsIt(@ForAll long seed) {
        Case c = Case.of(seed);
        boolean higher =
                c.seen().sites().keySet().stream()
                        .map(c::app)
                        .anyMatch(app -> app != null && app.epoch() > EPOCH);
        if (higher) {
            assertThat(c.step().kind()).isIn(StepKind.REFUSE, StepKind.FOUND_ELSEWHERE);
            assertThat(c.step().message()).startsWith("superseded: ");
        }
    }

    @Property(tries = 20_000)
    void noTopicIsDeletedUnlessItIsAMirrorAndThePolicySaysSo(@ForAll long seed) {
        Case c = Case.of(seed);
        if (c.step().kind() == StepKind.REBUILD_MIRRORS) {
            assertThat(c.command().guard().rebuildMirrors()).isTrue();
            for (String topic : c.step().subjects()) {
                assertThat(c.seen().topics().get(topic).mirror()).isNotNull();
            }
        }
    }

    /** Neither its API nor its brokers answer, here and at the target, and that has lasted. */
    @Property(tries = 20_000)
    void nothingIsFailedOverFromASiteThatAnswers(@ForAll long seed) {
        Case c = Case.of(seed);
        boolean begins =
                c.acts(StepKind.STAGE_TARGET)
                        || c.acts(StepKind.EXCLUDE_GROUPS)
                        || c.acts(StepKind.CUT);
        if (c.command().action() != Command.Action.failover || !begins) {
            return;
        }
        assertThat(c.app(c.command().from())).isNull();
        assertThat(c.route().topics())
                .filteredOn(topic -> c.command().from().equals(c.route().home(topic)))
                .noneMatch(topic -> c.seen().topics().containsKey(topic));
        assertThat(c.seen().progress(StepKind.CHECK).sinceMillis())
                .isGreaterThanOrEqualTo(c.seen().deadlines().lost());
        for (String topic : c.route().owned()) {
            boolean active = c.seen().alone().get(topic).mirror().status() == MirrorStatus.ACTIVE;
            assertThat(active && c.seen().links().get(c.command().from()).error() == null)
                    .isFalse();
        }
    }

    /** Nothing is cut off before it was counted, and while anybody may append. */
    @Property(tries = 20_000)
    void nothingIsCutOffUncountedOrUnderARunningCopy(@ForAll long seed) {
        Case c = Case.of(seed);
        if (!c.acts(StepKind.TRUNCATE)) {
            return;
        }
        assertThat(c.command().action()).isEqualTo(Command.Action.reclaim);
        assertThat(c.decided(Mark.Kind.CUT)).isTrue();
        assertThat(c.app(c.command().from()).stopped()).isTrue();
        assertThat(c.app(c.command().from()).epoch()).isEqualTo(EPOCH);
    }

    @Property(tries = 20_000)
    void stoppingStartsNothing(@ForAll long seed) {
        Case c = Case.of(seed);
        if (c.command().action() == Command.Action.stop) {
            assertThat(c.step().kind())
                    .isIn(
                            StepKind.STOP,
                            StepKind.CHECK,
                            StepKind.EXCLUDE_GROUPS,
                            StepKind.INCLUDE_GROUPS,
                            StepKind.CATCH_UP,
                            StepKind.AWAIT_STOPPED,
                            StepKind.NOTE_OFFSETS,
                            StepKind.DONE,
                            StepKind.REFUSE,
                            StepKind.FAIL);
        }
    }

    @Property(tries = 20_000)
    void itIsDoneOnlyWhenItRunsThereAndNowhereElse(@ForAll long seed) {
        Case c = Case.of(seed);
        if (c.command().action() == Command.Action.run && c.step().kind() == StepKind.DONE) {
            AppState target = c.app(c.command().to());
            // a Job may have done its work before it could be stopped: led back, it is done too
            boolean done =
                    target.appliedEpoch() == EPOCH
                            && target.mode() != Mode.STAGED
                            && target.job() == JobState.SUCCEEDED;
            assertThat(done || target.applied(EPOCH, Mode.RUNNING)).isTrue();
            for (Map.Entry<String, SiteState> site : c.seen().sites().entrySet()) {
                if (!site.getKey().equals(c.command().to()) && site.getValue().reachable()) {
                    assertThat(site.getValue().app().stopped()).isTrue();
                }
            }
        }
    }
}
