package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Up.Kept;
import dev.tradewind.job.placement.Up.Ready;
import dev.tradewind.job.placement.Word.Answer;
import dev.tradewind.job.placement.Word.Told;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * How one subtask of placement stands with admission: what it has told of its workloads, what it
 * has asked for, and what it was told of the fleet. Its account of the fleet is what admission told
 * last, and what it has told itself since: the room in it is as fresh as can be, and yet no
 * promise; a claim that is granted is.
 *
 * <p>Nothing of it is kept: a start tells and asks everything anew, under another run, and answers
 * to an earlier run are none. What bounds it is the number of workloads.
 */
final class Standing {
    /** The claim of a workload that is not answered yet. */
    private record Open(long seq, String to, boolean regardless, Taken own, long sinceWall) {}

    /**
     * What came of a claim.
     *
     * @param to where the workload may go to; null: it may not
     * @param room there is room for it; else it goes there all the same
     */
    record Outcome(String to, boolean room) {}

    private final String run = UUID.randomUUID().toString();
    private final Consumer<Up> out;
    private final Fleet fleet = new Fleet();
    private final Map<String, Bid> bids = new HashMap<>();
    private final Map<String, Open> open = new HashMap<>();

    /** Claims that were answered, and of which admission is to hear what became of them. */
    private final Map<String, Long> settled = new HashMap<>();

    private final Unheard unheard = new Unheard();
    private final Map<String, String> places = new HashMap<>();
    private String plan = "";
    private long freed;
    private long seq;
    private long tookMillis;

    /** Room that a claim had held in this account is not held any more. */
    private boolean missed;

    /** Something was told or granted since those that wait looked last. */
    private boolean fresh;

    Standing(Consumer<Up> out) {
        this.out = out;
    }

    Fleet fleet() {
        return fleet;
    }

    String plan() {
        return plan;
    }

    /** How long the last answer took, wall time. */
    long tookMillis() {
        return tookMillis;
    }

    /** Tells what a workload bids, where that is news. */
    void bid(Bid bid) {
        String workload = bid.workload();
        Long settles = settled.remove(workload);
        if (settles == null && bid.equals(bids.get(workload))) {
            return;
        }
        bids.put(workload, bid);
        fleet.leaves(workload, bid.mode() == Bid.Mode.LEAVES);
        if (!open.containsKey(workload)) {
            count(workload, bid.taken());
        }
        send(bid, null, settles == null ? 0 : settles, null, null, null);
    }

    /** What was told last of a workload; null: nothing. */
    Bid told(String workload) {
        return bids.get(workload);
    }

    void gone(String workload) {
        fleet.leaves(workload, false);
        if (bids.remove(workload) != null | settled.remove(workload) != null) {
            count(workload, null);
            send(null, workload, 0, null, null, null);
        }
    }

    /** Admission hears that the room that it kept for a workload isn't used, unless it did. */
    void settle(String workload) {
        if (settled.containsKey(workload)) {
            Bid bid = bids.get(workload);
            if (bid == null) {
                gone(workload);
            } else {
                bid(bid);
            }
        }
    }

    void claim(Claim claim, long wallMillis) {
        String workload = claim.wanted().workload();
        settled.remove(workload);
        Taken own = fleet.row(workload);
        count(workload, claim.wanted().taken());
        send(null, null, 0, claim, null, null);
        open.put(workload, new Open(seq, claim.to(), claim.regardless(), own, wallMillis));
    }

    /**
     * Takes an answer.
     *
     * @return null: it isn't asked any more
     */
    Outcome answered(Answer answer, long wallMillis) {
        Open asked = open.get(answer.workload());
        if (!answer.run().equals(run) || asked == null || asked.seq() != answer.seq()) {
            return null;
        }
        open.remove(answer.workload());
        tookMillis = wallMillis - asked.sinceWall();
        if (answer.granted()) {
            fresh = true;
            back(answer.workload(), asked);
            return new Outcome(asked.to(), !asked.regardless());
        }
        missed = true;
        // what admission told since leaves it out
        if (unheard.takeBack(asked.seq())) {
            fleet.recount(fleet.row(answer.workload()), asked.own());
        }
        fleet.note(answer.workload(), asked.own());
        return new Outcome(null, false);
    }

    /** Those whose claims are older than this; they are to ask again. */
    List<String> unanswered(long beforeWall) {
        List<String> late = new ArrayList<>();
        open.forEach(
                (workload, asked) -> {
                    if (asked.sinceWall() <= beforeWall) {
                        late.add(workload);
                    }
                });
        late.sort(null);
        return late;
    }

    /** Gives up a claim: whatever the answer, the next that is told of the workload replaces it. */
    void withdraw(String workload) {
        Open asked = open.remove(workload);
        if (asked != null) {
            missed = true;
            back(workload, asked);
        }
    }

    /**
     * Those that wait may find what others of this subtask asked for in vain; once all of these
     * know, and not again before there is something new.
     */
    boolean retry() {
        boolean now = missed && fresh && open.isEmpty();
        if (now) {
            missed = false;
            fresh = false;
        }
        return now;
    }

    private void back(String workload, Open asked) {
        Taken claimed = fleet.row(workload);
        // goes with what is told next, which is of this workload
        unheard.add(seq + 1, claimed, asked.own());
        fleet.recount(claimed, asked.own());
        fleet.note(workload, asked.own());
        settled.put(workload, asked.seq());
    }

    void ready(Ready ready) {
        send(null, null, 0, null, ready, null);
    }

    void kept(Kept kept) {
        send(null, null, 0, null, null, kept);
    }

    /**
     * Takes what is told to all.
     *
     * @return room was given back, or is not kept for others any more
     */
    boolean told(Told told) {
        Long heard = told.heard().get(run);
        if (heard == null) {
            // by an admission that is no more, or to a placement that is no more
            return false;
        }
        fresh = true;
        unheard.heard(heard);
        fleet.reset(told.totals());
        fleet.add(unheard.sum());
        if (!told.plan().equals(plan)) {
            places.clear();
            plan = told.plan();
        }
        fleet.adopt(told.planning().with(places));
        boolean more = fleet.keep(told.kept()) | told.freed() != freed;
        freed = told.freed();
        return more;
    }

    /** A grant of the plan in force, and of this run. */
    boolean granted(Word.Grant grant) {
        if (!grant.run().equals(run) || !grant.plan().equals(plan)) {
            return false;
        }
        places.put(grant.workload(), grant.site());
        return true;
    }

    private void count(String workload, Taken now) {
        Taken old = fleet.row(workload);
        if (old == null ? now != null : !old.equals(now)) {
            unheard.add(seq + 1, old, now);
            fleet.recount(old, now);
            fleet.note(workload, now);
        }
    }

    private void send(Bid bid, String gone, long settles, Claim claim, Ready ready, Kept kept) {
        out.accept(new Up(run, ++seq, bid, gone, settles, claim, ready, kept));
    }
}
