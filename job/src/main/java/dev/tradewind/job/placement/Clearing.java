package dev.tradewind.job.placement;

import dev.tradewind.job.placement.Up.Ready;
import dev.tradewind.job.placement.Word.Answer;
import dev.tradewind.job.placement.Word.Grant;
import dev.tradewind.job.placement.Word.Told;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The one account of a fleet's room and of its moves, and who gets what of it: places by the plan
 * of the fleet, claims in the order in which they come, but nobody's who would like to be somewhere
 * before that of one which has to leave where it is ({@link Leavers}). It follows from the rows
 * alone, which each subtask of placement tells at its start; until all have, and while some have
 * heard of something that others have not, nothing is answered. Not for several threads.
 *
 * <p>What bounds it is the number of workloads: a row of each, and a claim of each.
 */
final class Clearing {
    private record Row(String run, Bid bid) {}

    private record Asked(String run, long seq, Claim claim) {}

    private final String run = UUID.randomUUID().toString();
    private final Admission admission;
    private final Consumer<Word> out;
    private final Fleet fleet = new Fleet();
    private final TreeMap<String, Row> rows = new TreeMap<>();
    private final Leavers leavers = new Leavers();
    private final Shared shared = new Shared();

    /** Claims to be answered, one of a workload. */
    private final LinkedHashMap<String, Asked> asked = new LinkedHashMap<>();

    /** Granted claims whose workloads were not heard of since: their room is kept. */
    private final Map<String, Asked> kept = new HashMap<>();

    /** How often each subtask has told of something, where not all have as often. */
    private final Map<String, int[]> rounds = new HashMap<>();

    private final Map<String, Long> heard = new HashMap<>();
    private String catalog;
    private long freed;
    private long plans;
    private boolean started;
    private boolean news;

    Clearing(Admission admission, Consumer<Word> out) {
        this.admission = admission;
        this.out = out;
    }

    Fleet fleet() {
        return fleet;
    }

    int rows() {
        return rows.size();
    }

    /** There is something to tell all. */
    boolean news() {
        return news && started;
    }

    void take(Up up) {
        if (up.claim() == null) {
            heard.put(up.run(), up.seq());
        }
        if (up.bid() != null) {
            bid(up);
        } else if (up.gone() != null) {
            gone(up.gone());
        } else if (up.claim() != null) {
            asked.put(up.claim().wanted().workload(), new Asked(up.run(), up.seq(), up.claim()));
        } else if (up.ready() != null) {
            ready(up.ready());
        }
    }

    private void bid(Up told) {
        Up up = told.bidding(shared.of(told.bid()));
        String workload = up.bid().workload();
        Asked claim = kept.get(workload);
        if (claim != null && claim.run().equals(up.run()) && up.settles() < claim.seq()) {
            // told before the answer was heard
            rows.put(workload, new Row(up.run(), up.bid()));
            return;
        }
        kept.remove(workload);
        if (up.settles() > 0) {
            Asked waiting = asked.get(workload);
            if (waiting != null && waiting.seq() <= up.settles()) {
                asked.remove(workload);
            }
        }
        Taken before = fleet.row(workload);
        rows.put(workload, new Row(up.run(), up.bid()));
        leavers.put(up.bid());
        fleet.leaves(workload, up.bid().mode() == Bid.Mode.LEAVES);
        fleet.put(workload, up.bid().taken());
        if (before != null && gaveBack(before, up.bid().taken())) {
            freed++;
        }
        news = true;
    }

    /** A place or a move has become free: what has merely arrived gives nothing back. */
    private static boolean gaveBack(Taken before, Taken now) {
        return before.moves() && !now.moves()
                || leaves(before.site(), now)
                || leaves(before.target(), now)
                || before.cpuCores() > now.cpuCores()
                || before.memoryBytes() > now.memoryBytes()
                || before.powerWatts() > now.powerWatts();
    }

    private static boolean leaves(String site, Taken now) {
        return site != null && !site.equals(now.site()) && !site.equals(now.target());
    }

    private void gone(String workload) {
        asked.remove(workload);
        kept.remove(workload);
        rows.remove(workload);
        leavers.remove(workload);
        fleet.leaves(workload, false);
        fleet.remove(workload);
        freed++;
        news = true;
    }

    private void ready(Ready ready) {
        int[] told = rounds.computeIfAbsent(ready.because(), b -> new int[ready.of()]);
        told[ready.subtask()]++;
        if (Arrays.stream(told).anyMatch(n -> n != told[0])) {
            return;
        }
        rounds.remove(ready.because());
        if (ready.because().equals(Ready.START)) {
            started = true;
            // what was there before has not come since the plan
            fleet.adopt(fleet.planning());
        }
        if (!ready.because().startsWith(Ready.RULE)) {
            catalog = ready.catalog();
        }
        if (!ready.because().equals(Ready.START)) {
            admission.expire();
        }
        news = true;
    }

    /** Plans where that is due, and answers what can be answered. */
    void clear(World world) {
        if (!started
                || !rounds.isEmpty()
                || world.catalog() == null
                || !world.catalog().version().equals(catalog)) {
            return;
        }
        boolean planned = plan(world);
        keep(world);
        if (planned) {
            tell();
            grants();
        }
        for (Asked one : List.copyOf(asked.values())) {
            if (one.claim().catalog().equals(catalog)) {
                asked.remove(one.claim().wanted().workload());
                answer(world, one);
            }
        }
    }

    /** Nobody else gets what those that have to leave could have at once. */
    private void keep(World world) {
        Fleet.Totals next = leavers.next(world, fleet);
        if (!next.equals(fleet.kept())) {
            fleet.keep(next);
            news = true;
        }
    }

    /** Plans where that is due, and says whether a plan is to be told. */
    private boolean plan(World world) {
        FleetPlanning before = fleet.planning();
        if (admission.due(world)) {
            List<Bid> bids = new ArrayList<>(rows.size());
            rows.values().forEach(row -> bids.add(row.bid()));
            admission.plan(world, bids);
        } else if (!admission.grantAgain(fleet).isEmpty()) {
            before = null;
        }
        if (fleet.planning() == before) {
            return false;
        }
        plans++;
        news = true;
        return true;
    }

    private void grants() {
        if (fleet.planning().contended()) {
            // those first that have to move or to start
            grant(true);
            grant(false);
        }
    }

    private void grant(boolean hasTo) {
        fleet.planning()
                .places()
                .forEach(
                        (workload, site) -> {
                            Row row = rows.get(workload);
                            if (row != null && hasTo == (row.bid().mode() != Bid.Mode.CHOOSES)) {
                                out.accept(
                                        Word.of(
                                                new Grant(
                                                        row.run(),
                                                        workload,
                                                        row.bid().epoch(),
                                                        plan(),
                                                        site)));
                            }
                        });
    }

    private void answer(World world, Asked one) {
        Claim claim = one.claim();
        String workload = claim.wanted().workload();
        if (kept.remove(workload) != null) {
            // it asks for another place instead
            restore(workload);
        }
        heard.merge(one.run(), one.seq(), Math::max);
        boolean granted =
                claim.plan().equals(plan())
                        && (claim.regardless() || claim.isMet(world.catalog(), fleet));
        if (granted) {
            kept.put(workload, one);
            fleet.put(workload, claim.wanted().taken());
            leavers.remove(workload);
            news = true;
            keep(world);
        } else {
            // it is to decide with what is known here
            tell();
        }
        out.accept(Word.of(new Answer(one.run(), workload, one.seq(), granted)));
    }

    private void restore(String workload) {
        Row row = rows.get(workload);
        if (row == null) {
            fleet.remove(workload);
        } else {
            fleet.put(workload, row.bid().taken());
        }
    }

    private String plan() {
        return run + " " + plans;
    }

    /** Tells all what is taken and what it costs. */
    void tell() {
        if (news && started) {
            news = false;
            out.accept(
                    Word.of(
                            new Told(
                                    plan(),
                                    fleet.planning().with(Map.of()),
                                    fleet.totals(),
                                    fleet.kept(),
                                    new HashMap<>(heard),
                                    freed)));
        }
    }
}
