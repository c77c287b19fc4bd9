package dev.tradewind.job.placement;

import dev.tradewind.job.plan.Work;
import dev.tradewind.model.wire.Command;
import dev.tradewind.model.wire.Loss;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Ledger;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Everything that is kept of one workload. What can leak is its size: request ids and setbacks are
 * bounded; it goes when the workload has been withdrawn.
 *
 * @param spec as wished now
 * @param epoch of the last command, 0 before the first
 * @param site where it runs, or ran last; null: nowhere yet
 * @param dataHome where its owned topics are writable; null where that is for the actuator to find
 *     out
 * @param sinceMillis in this phase, energy clock
 * @param errand the command under way, or null; there is never a second
 * @param unfinished where a command was taking it whose end is not known (state was lost, or it
 *     failed for good): the next one goes there too; or null
 * @param startSite with {@link Phase#waiting}, where it is planned to start; or null
 * @param startMillis when, energy clock
 * @param work how long its work takes, as far as that was seen
 * @param left sites that were lost while it was there, from which it was failed over: until they
 *     are back and the old copy is put away
 * @param been sites that commands were about since nothing of it was left anywhere else
 * @param remains of one that was withdrawn, those of them that did not answer: it is gone when they
 *     do
 */
public record WorkloadState(
        String workload,
        WorkloadSpec spec,
        Phase phase,
        long epoch,
        String site,
        String dataHome,
        long sinceMillis,
        Errand errand,
        String unfinished,
        String startSite,
        long startMillis,
        Wishes wishes,
        Meter meter,
        Setbacks setbacks,
        Memory memory,
        Work work,
        List<Left> left,
        List<String> been,
        List<String> remains) {

    /** A savepoint of before there was {@code work}, {@code left} or {@code been} has null. */
    public WorkloadState {
        work = work == null ? Work.NONE : work;
        left = left == null ? List.of() : left;
        been = been == null ? List.of() : been;
        remains = remains == null ? List.of() : remains;
    }

    /** A site that it was failed over from, and what is known of the loss. */
    public record Left(String site, Loss loss) {}

    /** What a command is for. */
    public enum Kind {
        START,
        MOVE,
        UPDATE,
        STOP,
        WITHDRAW,
        /** Away from a site that is lost. */
        FAILOVER,
        /**
         * A site that was lost is back: the old copy there is put away; or what a request that was
         * done late has left at a site is put right.
         */
        RECLAIM
    }

    /**
     * @param issuedWallMillis when it was issued last
     * @param acknowledged the actuator has it
     * @param moveEur what it was expected to cost
     */
    public record Errand(
            Kind kind,
            Command command,
            long issuedWallMillis,
            boolean acknowledged,
            double moveEur) {}

    /**
     * What people asked for and is not done yet, or holds on.
     *
     * @param pinnedUntilMillis energy clock; null: until unpinned
     * @param move to be done next, or null
     * @param rollout the spec's objects, topics or groups are not yet what runs
     */
    public record Wishes(
            String pinnedTo,
            Long pinnedUntilMillis,
            MoveWish move,
            boolean suspend,
            boolean withdraw,
            boolean rollout) {
        public static final Wishes NONE = new Wishes(null, null, null, false, false, false);

        Wishes pinned(String site, Long untilMillis) {
            return new Wishes(site, untilMillis, move, suspend, withdraw, rollout);
        }

        Wishes moving(MoveWish wish) {
            return new Wishes(pinnedTo, pinnedUntilMillis, wish, suspend, withdraw, rollout);
        }

        Wishes suspended(boolean wished) {
            return new Wishes(pinnedTo, pinnedUntilMillis, move, wished, withdraw, rollout);
        }

        Wishes withdrawn(boolean wished) {
            return new Wishes(pinnedTo, pinnedUntilMillis, move, suspend, wished, rollout);
        }

        Wishes withRollout(boolean due) {
            return new Wishes(pinnedTo, pinnedUntilMillis, move, suspend, withdraw, due);
        }
    }

    public record MoveWish(String site, String requestId, String reason) {}

    /**
     * What running costs and what staying would have.
     *
     * @param firstSite where it started first, for the ledger; or null
     * @param accruedAtMillis up to when everything is summed up, energy clock
     * @param arrivedAtMillis at the present site; null before the first start
     * @param movedAtMillis of the last move, also one that was rolled back; null: none
     * @param regrets empty: what version 1 of the state decided by
     * @param publishedAtMillis when the ledger was published last
     */
    public record Meter(
            String firstSite,
            long accruedAtMillis,
            Long arrivedAtMillis,
            Long movedAtMillis,
            Map<String, Double> regrets,
            Ledger ledger,
            long publishedAtMillis) {

        Meter accrued(long atMillis, Ledger newLedger) {
            return new Meter(
                    firstSite,
                    atMillis,
                    arrivedAtMillis,
                    movedAtMillis,
                    Map.of(),
                    newLedger,
                    publishedAtMillis);
        }

        Meter published(long atMillis) {
            return new Meter(
                    firstSite,
                    accruedAtMillis,
                    arrivedAtMillis,
                    movedAtMillis,
                    regrets,
                    ledger,
                    atMillis);
        }
    }

    /**
     * Commands that came to nothing.
     *
     * @param failures in a row
     * @param avoidUntilWall by site: not tried again before this wall time
     * @param notBeforeWall no attempt that isn't necessary before this wall time
     * @param unasked sites that may have it and could not be asked when state was lost: nothing is
     *     done with it before they answer, or a person asks for something
     */
    public record Setbacks(
            int failures,
            Map<String, Long> avoidUntilWall,
            long notBeforeWall,
            List<String> unasked) {
        public static final Setbacks NONE = new Setbacks(0, Map.of(), 0, List.of());

        /** A savepoint of before there was {@code unasked} has null. */
        public Setbacks {
            unasked = unasked == null ? List.of() : unasked;
        }

        /** It was to go elsewhere, and can't yet. */
        boolean ofMove() {
            return avoidUntilWall.containsValue(notBeforeWall);
        }

        /** Something else has come about since, and it is still to wait. */
        Setbacks bygone() {
            return new Setbacks(0, avoidUntilWall, notBeforeWall, unasked);
        }

        static Setbacks unasked(List<String> sites) {
            return new Setbacks(0, Map.of(), 0, List.copyOf(sites));
        }
    }

    /** A command of that kind about a site puts right what was left there: it was not lost. */
    boolean tidies(Kind kind, String at) {
        return kind == Kind.RECLAIM && !abandoned().containsKey(at);
    }

    /**
     * @param requestIds taken in lately, oldest first
     * @param lastDecisionId that led to where it is
     * @param lastCommandId completed last; a Job's end refers to it
     * @param announced what was last published without being asked for, so that it isn't again
     * @param tickMillis of the last regular look, energy clock
     * @param payingAtMillis when a rule that asks for another look is answered anew, energy clock;
     *     0: none does
     * @param leaveAtMillis when an evacuation that may wait is to be done, energy clock; 0: none
     * @param wakeWallMillis the timer that is set; 0: none
     * @param lastLook the last time that it was looked at and left as it is, for people; or null
     * @param againAtMillis until then new values are gathered, and then it is looked at once for
     *     all of them, energy clock; 0: nothing is gathered
     */
    public record Memory(
            List<String> requestIds,
            String lastRequestId,
            String lastDecisionId,
            String lastCommandId,
            String announced,
            long tickMillis,
            long payingAtMillis,
            long leaveAtMillis,
            long wakeWallMillis,
            Placement.Look lastLook,
            long againAtMillis) {
        public static final Memory NONE =
                new Memory(List.of(), null, null, null, null, 0, 0, 0, 0, null, 0);

        /** The components, to be changed; what isn't stays. */
        private static final class Draft {
            List<String> requestIds;
            String lastRequestId;
            String lastDecisionId;
            String lastCommandId;
            String announced;
            long tickMillis;
            long payingAtMillis;
            long leaveAtMillis;
            long wakeWallMillis;
            Placement.Look lastLook;
            long againAtMillis;
        }

        private Memory but(Consumer<Draft> change) {
            Draft draft = new Draft();
            draft.requestIds = requestIds;
            draft.lastRequestId = lastRequestId;
            draft.lastDecisionId = lastDecisionId;
            draft.lastCommandId = lastCommandId;
            draft.announced = announced;
            draft.tickMillis = tickMillis;
            draft.payingAtMillis = payingAtMillis;
            draft.leaveAtMillis = leaveAtMillis;
            draft.wakeWallMillis = wakeWallMillis;
            draft.lastLook = lastLook;
            draft.againAtMillis = againAtMillis;
            change.accept(draft);
            return new Memory(
                    draft.requestIds,
                    draft.lastRequestId,
                    draft.lastDecisionId,
                    draft.lastCommandId,
                    draft.announced,
                    draft.tickMillis,
                    draft.payingAtMillis,
                    draft.leaveAtMillis,
                    draft.wakeWallMillis,
                    draft.lastLook,
                    draft.againAtMillis);
        }

        Memory requests(List<String> ids, String last) {
            return but(
                    m -> {
                        m.requestIds = ids;
                        m.lastRequestId = last;
                    });
        }

        Memory decided(String decisionId) {
            return but(m -> m.lastDecisionId = decisionId);
        }

        Memory completed(String commandId) {
            return but(m -> m.lastCommandId = commandId);
        }

        Memory announcing(String what) {
            return but(m -> m.announced = what);
        }

        Memory ticked(long millis) {
            return but(m -> m.tickMillis = millis);
        }

        Memory awaiting(long payingAt, long leaveAt) {
            return but(
                    m -> {
                        m.payingAtMillis = payingAt;
                        m.leaveAtMillis = leaveAt;
                    });
        }

        Memory waking(long wallMillis) {
            return but(m -> m.wakeWallMillis = wallMillis);
        }

        Memory looked(Placement.Look look) {
            return but(m -> m.lastLook = look);
        }

        Memory lookingAgain(long atMillis) {
            return but(m -> m.againAtMillis = atMillis);
        }
    }

    /** A workload that runs at a site, placed there by nobody's command: where a replay begins. */
    public static WorkloadState running(
            String workload, WorkloadSpec spec, String site, long nowMillis) {
        return submitted(workload, spec, 0, nowMillis)
                .at(site, spec.topics() == null ? null : site)
                .in(Phase.running, nowMillis)
                .with(
                        new Meter(
                                site,
                                nowMillis,
                                nowMillis,
                                null,
                                Map.of(),
                                Ledger.ZERO,
                                nowMillis));
    }

    /** A workload that was never commanded. */
    public static WorkloadState submitted(
            String workload, WorkloadSpec spec, long epoch, long nowMillis) {
        return new WorkloadState(
                workload,
                spec,
                Phase.waiting,
                epoch,
                null,
                spec.topics() == null ? null : spec.topics().home(),
                nowMillis,
                null,
                null,
                null,
                0,
                Wishes.NONE,
                new Meter(null, nowMillis, null, null, Map.of(), Ledger.ZERO, nowMillis),
                Setbacks.NONE,
                Memory.NONE,
                Work.NONE,
                List.of(),
                List.of(),
                List.of());
    }

    /** The components, to be changed; what isn't stays. */
    private static final class Draft {
        WorkloadSpec spec;
        Phase phase;
        long epoch;
        String site;
        String dataHome;
        long sinceMillis;
        Errand errand;
        String unfinished;
        String startSite;
        long startMillis;
        Wishes wishes;
        Meter meter;
        Setbacks setbacks;
        Memory memory;
        Work work;
        List<Left> left;
        List<String> been;
        List<String> remains;
    }

    private WorkloadState but(Consumer<Draft> change) {
        Draft draft = new Draft();
        draft.spec = spec;
        draft.phase = phase;
        draft.epoch = epoch;
        draft.site = site;
        draft.dataHome = dataHome;
        draft.sinceMillis = sinceMillis;
        draft.errand = errand;
        draft.unfinished = unfinished;
        draft.startSite = startSite;
        draft.startMillis = startMillis;
        draft.wishes = wishes;
        draft.meter = meter;
        draft.setbacks = setbacks;
        draft.memory = memory;
        draft.work = work;
        draft.left = left;
        draft.been = been;
        draft.remains = remains;
        change.accept(draft);
        return new WorkloadState(
                workload,
                draft.spec,
                draft.phase,
                draft.epoch,
                draft.site,
                draft.dataHome,
                draft.sinceMillis,
                draft.errand,
                draft.unfinished,
                draft.startSite,
                draft.startMillis,
                draft.wishes,
                draft.meter,
                draft.setbacks,
                draft.memory,
                draft.work,
                draft.left,
                draft.been,
                draft.remains);
    }

    WorkloadState withSpec(WorkloadSpec newSpec) {
        return but(s -> s.spec = newSpec);
    }

    WorkloadState withEpoch(long newEpoch) {
        return but(s -> s.epoch = newEpoch);
    }

    /** In which it goes on: running where it is, or waiting where it is nowhere. */
    Phase phaseOnward() {
        return site == null ? Phase.waiting : Phase.running;
    }

    /** In another phase; what it ran for in this one is work that was done. */
    WorkloadState in(Phase newPhase, long nowMillis) {
        return but(
                s -> {
                    s.phase = newPhase;
                    if (newPhase != phase) {
                        s.sinceMillis = nowMillis;
                        s.work =
                                phase == Phase.running
                                        ? work.worked(nowMillis - sinceMillis)
                                        : work;
                    }
                });
    }

    WorkloadState at(String newSite, String newDataHome) {
        return but(
                s -> {
                    s.site = newSite;
                    s.dataHome = newDataHome;
                });
    }

    WorkloadState on(Errand newErrand) {
        return but(
                s -> {
                    s.epoch = newErrand == null ? epoch : newErrand.command().epoch();
                    s.errand = newErrand;
                });
    }

    WorkloadState leaving(String target) {
        return but(s -> s.unfinished = target);
    }

    WorkloadState planned(String newStartSite, long newStartMillis) {
        return but(
                s -> {
                    s.startSite = newStartSite;
                    s.startMillis = newStartMillis;
                });
    }

    WorkloadState with(Wishes newWishes) {
        return but(s -> s.wishes = newWishes);
    }

    WorkloadState with(Meter newMeter) {
        return but(s -> s.meter = newMeter);
    }

    WorkloadState with(Setbacks newSetbacks) {
        return but(s -> s.setbacks = newSetbacks);
    }

    WorkloadState with(Memory newMemory) {
        return but(s -> s.memory = newMemory);
    }

    WorkloadState with(Work newWork) {
        return but(s -> s.work = newWork);
    }

    /** Something of it may be at these sites now. */
    WorkloadState being(Collection<String> sites) {
        return but(s -> s.been = List.copyOf(new TreeSet<>(sites)));
    }

    WorkloadState remaining(Collection<String> sites) {
        return but(s -> s.remains = List.copyOf(new TreeSet<>(sites)));
    }

    /** By site that it was failed over from, what is known of the loss. */
    public Map<String, Loss> abandoned() {
        Map<String, Loss> sites = new TreeMap<>();
        left.forEach(each -> sites.put(each.site(), each.loss()));
        return sites;
    }

    /** The same, with other sites that it was failed over from. */
    WorkloadState abandoning(Map<String, Loss> sites) {
        List<Left> all =
                new TreeMap<>(sites)
                        .entrySet().stream().map(s -> new Left(s.getKey(), s.getValue())).toList();
        return but(s -> s.left = all);
    }
}
