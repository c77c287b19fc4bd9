package dev.tradewind.job.ledger;

import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.Policies;
import dev.tradewind.job.plan.WorkloadFacts;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.Placement;
import dev.tradewind.model.wire.Placement.Phase;
import dev.tradewind.model.wire.WorkloadSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a workload was on the days that are still open. What bounds it: a day is closed some hours
 * after its end and dropped, and a stay is cut only where something that costs depends on changes.
 *
 * @param firstSite where it was first; null: nowhere yet
 * @param spec what costs depend on, without its objects; null once it is gone
 * @param openMillis the first instant of the first day that isn't closed
 * @param wakeWallMillis the timer that is set; 0: none
 */
public record Book(
        String workload,
        String firstSite,
        WorkloadSpec spec,
        List<Stay> stays,
        List<Arrival> arrivals,
        long openMillis,
        long wakeWallMillis) {

    /** What follows from a wake. */
    record Reckoned(Book book, List<LedgerDay> days) {}

    static Book of(String workload, long nowMillis) {
        return new Book(workload, null, null, List.of(), List.of(), DayLedger.dayOf(nowMillis), 0);
    }

    /** Nothing of it is open, and nothing will come: it can be forgotten. */
    boolean isOver() {
        return spec == null && stays.isEmpty() && arrivals.isEmpty();
    }

    /** There is something to be reckoned. */
    boolean isOpen() {
        return !stays.isEmpty() || !arrivals.isEmpty();
    }

    Book waking(long wallMillis) {
        return new Book(workload, firstSite, spec, stays, arrivals, openMillis, wallMillis);
    }

    /**
     * A workload's placement has changed, or was told again.
     *
     * @param nowMillis energy clock
     */
    Book placed(Placement placement, Catalog catalog, long nowMillis) {
        if (placement.phase() == null) {
            return new Book(
                    workload,
                    firstSite,
                    null,
                    closed(nowMillis),
                    arrivals,
                    openMillis,
                    wakeWallMillis);
        }
        WorkloadSpec lean = lean(placement.spec());
        boolean draws =
                placement.site() != null
                        && (placement.phase() == Phase.running
                                || placement.phase() == Phase.moving
                                || placement.phase() == Phase.stopping);
        String first =
                placement.firstSite() != null
                        ? placement.firstSite()
                        : firstSite != null ? firstSite : draws ? placement.site() : null;
        Book book = new Book(workload, first, lean, stays, arrivals, openMillis, wakeWallMillis);
        if (!draws) {
            return book.with(closed(nowMillis), arrivals);
        }
        Stay open = open();
        List<Arrival> moves = arrivals;
        if (open != null && !open.here().site().equals(placement.site())) {
            moves = new ArrayList<>(arrivals);
            moves.add(book.arrival(open.here(), placement.site(), catalog, nowMillis));
        }
        return book.with(book.at(placement.site(), catalog, nowMillis), moves);
    }

    /** Another catalog is in force. */
    Book under(Catalog catalog, long nowMillis) {
        Stay open = open();
        return open == null || spec == null
                ? this
                : with(at(open.here().site(), catalog, nowMillis), arrivals);
    }

    /**
     * Reckons all days that are open, and closes those that ended long enough ago.
     *
     * @param closeAfterMillis after its end a day is closed
     */
    Reckoned reckon(Measured measured, long nowMillis, long closeAfterMillis) {
        List<LedgerDay> days = new ArrayList<>();
        long open = openMillis;
        long first = Long.MAX_VALUE;
        for (Stay stay : stays) {
            first = Math.min(first, DayLedger.dayOf(stay.fromMillis()));
        }
        for (Arrival arrival : arrivals) {
            first = Math.min(first, DayLedger.dayOf(arrival.atMillis()));
        }
        // where there is nothing, nothing is to be closed
        open = Math.max(open, Math.min(first, DayLedger.dayOf(nowMillis)));
        for (long day = open; day <= nowMillis; day += DayLedger.DAY) {
            boolean closes = nowMillis >= day + DayLedger.DAY + closeAfterMillis;
            days.addAll(
                    DayLedger.rows(workload, day, stays, arrivals, measured, nowMillis, closes));
            open = closes ? day + DayLedger.DAY : open;
        }
        return new Reckoned(since(open), days);
    }

    private Book since(long millis) {
        List<Stay> left = new ArrayList<>();
        for (Stay stay : stays) {
            if (stay.toMillis() > millis) {
                left.add(
                        stay.fromMillis() >= millis
                                ? stay
                                : new Stay(
                                        stay.here(),
                                        stay.first(),
                                        millis,
                                        stay.toMillis(),
                                        stay.watts(),
                                        stay.priceMultiplier(),
                                        stay.carbonPriceEurPerTonne()));
            }
        }
        return new Book(
                workload,
                firstSite,
                spec,
                left,
                arrivals.stream().filter(a -> a.atMillis() >= millis).toList(),
                millis,
                wakeWallMillis);
    }

    private Book with(List<Stay> newStays, List<Arrival> newArrivals) {
        return new Book(
                workload, firstSite, spec, newStays, newArrivals, openMillis, wakeWallMillis);
    }

    private Stay open() {
        return stays.isEmpty() || !stays.get(stays.size() - 1).isOpen()
                ? null
                : stays.get(stays.size() - 1);
    }

    /** The stays with the open one ended; one that lasted no time is left out. */
    private List<Stay> closed(long nowMillis) {
        Stay open = open();
        if (open == null) {
            return stays;
        }
        List<Stay> ended = new ArrayList<>(stays);
        ended.remove(ended.size() - 1);
        if (nowMillis > open.fromMillis()) {
            ended.add(open.until(nowMillis));
        }
        return ended;
    }

    /** The stays with it at a site from now on, or from earlier on where nothing has changed. */
    private List<Stay> at(String site, Catalog catalog, long nowMillis) {
        Policy policy = Policies.of(catalog, workload, spec);
        Stay next =
                new Stay(
                        place(site, catalog),
                        place(firstSite, catalog),
                        Math.max(nowMillis, openMillis),
                        Stay.OPEN,
                        WorkloadFacts.readable(spec).powerWatts(),
                        policy == null ? 0 : policy.priceMultiplier(),
                        policy == null ? 0 : policy.carbonPriceEurPerTonne());
        Stay open = open();
        if (open != null && open.sameTerms(next)) {
            return stays;
        }
        List<Stay> changed = new ArrayList<>(closed(nowMillis));
        changed.add(next);
        return changed;
    }

    private Arrival arrival(Place from, String to, Catalog catalog, long nowMillis) {
        WorkloadFacts facts = facts();
        Policy policy = Policies.of(catalog, workload, spec);
        double eurPerGb =
                catalog.site(from.site()).map(site -> site.transferEurPerGbTo(to)).orElse(0.0);
        return new Arrival(
                from,
                place(to, catalog),
                place(firstSite, catalog),
                Math.max(nowMillis, openMillis),
                CostModel.moveEur(facts, eurPerGb, 0, 0),
                CostModel.kwh(facts.powerWatts(), facts.downtimeMillis()),
                policy == null ? 0 : policy.priceMultiplier(),
                policy == null ? 0 : policy.carbonPriceEurPerTonne());
    }

    private WorkloadFacts facts() {
        try {
            return WorkloadFacts.of(spec);
        } catch (IllegalArgumentException e) {
            // from the state of another version: placement tells of it
            return WorkloadFacts.readable(spec);
        }
    }

    private static Place place(String site, Catalog catalog) {
        return catalog.site(site)
                .map(s -> new Place(site, s.zone(), s.pue()))
                .orElseGet(() -> new Place(site, null, 1));
    }

    /** Its objects are many bytes and cost nothing. */
    private static WorkloadSpec lean(WorkloadSpec spec) {
        return spec == null
                ? new WorkloadSpec(null, null, null, null, null, null, null, null, null, null, null)
                : new WorkloadSpec(
                        spec.labels(),
                        null,
                        null,
                        spec.power(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        spec.move());
    }
}
