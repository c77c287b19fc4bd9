package dev.tradewind.job.ledger;

import dev.tradewind.job.plan.CostModel;
import dev.tradewind.job.plan.Objective;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.LedgerDay.Carbon;
import dev.tradewind.model.wire.LedgerDay.Factor;
import dev.tradewind.sources.readings.Series;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reckons a day of a workload: a sum over pieces of time in which nothing changes. It doesn't
 * matter how a time is cut into stays, so that days, sites and workloads add up to the whole.
 */
public final class DayLedger {
    public static final long DAY = 86_400_000;

    private static final String MARGINAL = SignalNames.CARBON_INTENSITY + Series.MARGINAL;

    private DayLedger() {}

    /** Sums of one site and day. */
    private static final class Row {
        final Map<Factor, Emitted> carbon = new TreeMap<>();
        String first;
        double hours;
        double uncountedHours;
        double kwh;
        double energyEur;
        double carbonEur;
        int moves;
        double moveKwh;
        double moveEur;
        double stayEur;

        Emitted of(Factor factor) {
            return carbon.computeIfAbsent(factor, f -> new Emitted());
        }
    }

    private static final class Emitted {
        final TreeSet<String> sources = new TreeSet<>();
        boolean any;
        double uncountedHours;
        double grams;
        double moveGrams;
        double stayGrams;

        void said(Measured.Piece... pieces) {
            any = true;
            for (Measured.Piece piece : pieces) {
                if (piece.source() != null) {
                    sources.add(piece.source());
                }
            }
        }
    }

    /** The first instant of an instant's day, UTC. */
    public static long dayOf(long millis) {
        return Math.floorDiv(millis, DAY) * DAY;
    }

    /** The day as it is written, such as {@code 2026-03-01}. */
    public static String name(long dayMillis) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(dayMillis), ZoneOffset.UTC).toString();
    }

    /**
     * The rows of a day, by site.
     *
     * @param dayMillis its first instant
     * @param stays of the workload; what is not of this day is left out
     * @param nowMillis energy clock: an open stay has lasted until then
     * @param closed nothing will come any more
     */
    public static List<LedgerDay> rows(
            String workload,
            long dayMillis,
            List<Stay> stays,
            List<Arrival> arrivals,
            Measured measured,
            long nowMillis,
            boolean closed) {
        TreeMap<String, Row> rows = new TreeMap<>();
        long end = dayMillis + DAY;
        for (Stay stay : stays) {
            long from = Math.max(dayMillis, stay.fromMillis());
            long to = Math.min(end, Math.min(nowMillis, stay.toMillis()));
            if (from < to) {
                Row row = row(rows, stay.here(), stay.first());
                for (long at = from; at < to; ) {
                    at = piece(row, stay, at, to, measured);
                }
            }
        }
        for (Arrival arrival : arrivals) {
            if (arrival.atMillis() >= dayMillis && arrival.atMillis() < end) {
                move(row(rows, arrival.to(), arrival.first()), arrival, measured);
            }
        }
        List<LedgerDay> days = new ArrayList<>();
        rows.forEach(
                (site, row) ->
                        days.add(
                                day(
                                        workload,
                                        site,
                                        name(dayMillis),
                                        row,
                                        Instant.ofEpochMilli(nowMillis),
                                        closed)));
        return days;
    }

    private static Row row(TreeMap<String, Row> rows, Place place, Place first) {
        Row row = rows.computeIfAbsent(place.site(), site -> new Row());
        row.first = first.site();
        return row;
    }

    /** Adds what is until something changes, and says when that is. */
    private static long piece(Row row, Stay stay, long at, long to, Measured measured) {
        Spot here = Spot.of(stay.here(), at, measured);
        Spot first = Spot.of(stay.first(), at, measured);
        long until = Math.min(to, Math.min(here.until, first.until));
        double hours = CostModel.hours(until - at);
        double kw = stay.watts() / 1_000;
        row.hours += hours;
        row.kwh += kw * hours * here.pue;
        Objective objective = new Objective(stay.priceMultiplier(), stay.carbonPriceEurPerTonne());
        if (here.costs(objective) && first.costs(objective)) {
            row.energyEur += kw * hours * here.energyEur(objective);
            row.carbonEur += kw * hours * here.carbonEur(objective);
            row.stayEur += kw * hours * (first.energyEur(objective) + first.carbonEur(objective));
        } else {
            row.uncountedHours += hours;
        }
        for (Factor factor : Factor.values()) {
            Measured.Piece now = here.carbon(factor);
            Measured.Piece then = first.carbon(factor);
            if (now.known() && then.known()) {
                Emitted emitted = row.of(factor);
                emitted.said(now, then);
                emitted.grams += kw * hours * here.pue * now.value();
                emitted.stayGrams += kw * hours * first.pue * then.value();
            } else {
                row.of(factor).uncountedHours += hours;
            }
        }
        return until;
    }

    /** As the cost model has it, see {@link CostModel#moveEur}; what isn't known is left out. */
    private static void move(Row row, Arrival arrival, Measured measured) {
        Spot from = Spot.of(arrival.from(), arrival.atMillis(), measured);
        Spot to = Spot.of(arrival.to(), arrival.atMillis(), measured);
        Objective objective =
                new Objective(arrival.priceMultiplier(), arrival.carbonPriceEurPerTonne());
        double eur = arrival.fixedEur();
        for (Spot spot : new Spot[] {from, to}) {
            if (spot.costs(objective)) {
                eur +=
                        arrival.idleKwh()
                                * Math.max(
                                        0, spot.energyEur(objective) + spot.carbonEur(objective));
            }
            for (Factor factor : Factor.values()) {
                if (spot.carbon(factor).known()) {
                    Emitted emitted = row.of(factor);
                    emitted.said(spot.carbon(factor));
                    emitted.moveGrams += arrival.idleKwh() * spot.pue * spot.carbon(factor).value();
                }
            }
        }
        row.moves++;
        row.moveKwh += arrival.idleKwh() * (from.pue + to.pue);
        row.moveEur += eur;
    }

    /** What is measured at a site at an instant. */
    private record Spot(
            double pue,
            Measured.Piece price,
            Measured.Piece average,
            Measured.Piece marginal,
            long until) {

        static Spot of(Place place, long at, Measured measured) {
            Measured.Piece pue = measured.at(place, SignalNames.PUE, at);
            Measured.Piece price = measured.at(place, SignalNames.PRICE, at);
            Measured.Piece average = measured.at(place, SignalNames.CARBON_INTENSITY, at);
            Measured.Piece marginal = measured.at(place, MARGINAL, at);
            long until =
                    Math.min(
                            Math.min(pue.untilMillis(), price.untilMillis()),
                            Math.min(average.untilMillis(), marginal.untilMillis()));
            return new Spot(
                    pue.known() ? pue.value() : place.pue(), price, average, marginal, until);
        }

        Measured.Piece carbon(Factor factor) {
            return factor == Factor.average ? average : marginal;
        }

        boolean costs(Objective objective) {
            return (!objective.needsPrice() || price.known())
                    && (!objective.needsCarbon() || average.known());
        }

        /** EUR for a kWh that the workload draws. */
        double energyEur(Objective objective) {
            return objective.needsPrice()
                    ? CostModel.eurPerKwh(
                            pue, price.value(), 0, new Objective(objective.priceMultiplier(), 0))
                    : 0;
        }

        double carbonEur(Objective objective) {
            return objective.needsCarbon()
                    ? CostModel.eurPerKwh(
                            pue,
                            0,
                            average.value(),
                            new Objective(0, objective.carbonPriceEurPerTonne()))
                    : 0;
        }
    }

    private static LedgerDay day(
            String workload, String site, String day, Row row, Instant at, boolean closed) {
        List<Carbon> carbon = new ArrayList<>();
        row.carbon.forEach(
                (factor, emitted) -> {
                    if (emitted.any) {
                        carbon.add(
                                new Carbon(
                                        factor,
                                        List.copyOf(emitted.sources),
                                        emitted.uncountedHours,
                                        emitted.grams,
                                        emitted.moveGrams,
                                        emitted.stayGrams,
                                        emitted.stayGrams - emitted.grams - emitted.moveGrams));
                    }
                });
        return new LedgerDay(
                workload,
                site,
                day,
                closed,
                at,
                row.first,
                row.hours,
                row.uncountedHours,
                row.kwh,
                row.energyEur,
                row.carbonEur,
                row.moves,
                row.moveKwh,
                row.moveEur,
                row.stayEur,
                row.stayEur - row.energyEur - row.carbonEur - row.moveEur,
                carbon);
    }
}
