package dev.tradewind.job.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.wire.LedgerDay;
import dev.tradewind.model.wire.LedgerDay.Carbon;
import dev.tradewind.model.wire.LedgerDay.Factor;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever happens to a fleet of three for four days at three sites, with holes in what is
 * measured: the rows add up to what a reckoning minute by minute comes to, and it doesn't matter
 * how time is cut.
 */
class DayLedgerPropertiesTest {
    private static final long MINUTE = 60_000;
    private static final long QUARTER = 15 * MINUTE;
    private static final long HOUR = 60 * MINUTE;
    private static final long T0 = 20_000 * DayLedger.DAY;
    private static final int DAYS = 4;
    private static final String MARGINAL = SignalNames.CARBON_INTENSITY + Series.MARGINAL;
    private static final List<String> SIGNALS =
            List.of(SignalNames.PRICE, SignalNames.CARBON_INTENSITY, SignalNames.PUE, MARGINAL);
    private static final List<Place> PLACES =
            List.of(
                    new Place("a", "zone-a", 1.1),
                    new Place("b", "zone-b", 1.3),
                    // in the zone of another one
                    new Place("c", "zone-b", 1.5));

    private record Account(String workload, List<Stay> stays, List<Arrival> arrivals) {}

    private final Map<String, DayValues> values = new HashMap<>();

    @Property(tries = 60)
    void sumsOverTheFleetAddUp(@ForAll long seed) {
        Random random = new Random(seed);
        measure(random);
        List<LedgerDay> rows = new ArrayList<>();
        double[] expected = new double[11];
        for (int w = 0; w < 3; w++) {
            Account account = account("shop/w" + w, random);
            List<LedgerDay> own = rows(account);
            assertSame(own, rows(cut(account, random)));
            rows.addAll(own);
            byMinute(account, expected);
        }
        List<ToDoubleFunction<LedgerDay>> columns =
                List.of(
                        LedgerDay::hours,
                        LedgerDay::uncountedHours,
                        LedgerDay::kwh,
                        LedgerDay::energyEur,
                        LedgerDay::carbonEur,
                        LedgerDay::stayEur,
                        row -> grams(row, Factor.average, Carbon::grams),
                        row -> grams(row, Factor.average, Carbon::stayGrams),
                        row -> grams(row, Factor.marginal, Carbon::grams),
                        LedgerDay::moveEur,
                        row -> grams(row, Factor.average, Carbon::moveGrams));
        for (int i = 0; i < columns.size(); i++) {
            assertThat(rows.stream().mapToDouble(columns.get(i)).sum())
                    .as("column %d", i)
                    .isCloseTo(expected[i], within(1e-6 * (1 + Math.abs(expected[i]))));
        }
        // what was saved is what staying would have cost, less what it did cost
        assertThat(rows.stream().mapToDouble(LedgerDay::savedEur).sum())
                .isCloseTo(expected[5] - expected[3] - expected[4] - expected[9], within(1e-6));
        assertThat(rows).allSatisfy(row -> assertThat(row.hours()).isLessThanOrEqualTo(24 + 1e-9));
        assertThat(rows).noneMatch(row -> Double.isNaN(row.savedEur()));
        // a site's and a day's rows are of it alone
        assertThat(rows.stream().map(r -> r.workload() + r.site() + r.day()).distinct().count())
                .isEqualTo(rows.size());
    }

    private static double grams(LedgerDay row, Factor factor, ToDoubleFunction<Carbon> of) {
        return row.carbon().stream().filter(c -> c.factor() == factor).mapToDouble(of).sum();
    }

    private static void assertSame(List<LedgerDay> one, List<LedgerDay> other) {
        assertThat(other).hasSameSizeAs(one);
        for (int i = 0; i < one.size(); i++) {
            assertThat(other.get(i).site()).isEqualTo(one.get(i).site());
            assertThat(other.get(i).savedEur()).isCloseTo(one.get(i).savedEur(), within(1e-9));
            assertThat(other.get(i).hours()).isCloseTo(one.get(i).hours(), within(1e-9));
            assertThat(other.get(i).kwh()).isCloseTo(one.get(i).kwh(), within(1e-9));
            assertThat(other.get(i).carbon()).hasSameSizeAs(one.get(i).carbon());
        }
    }

    private List<LedgerDay> rows(Account account) {
        List<LedgerDay> rows = new ArrayList<>();
        for (int day = 0; day < DAYS; day++) {
            rows.addAll(
                    DayLedger.rows(
                            account.workload(),
                            T0 + day * DayLedger.DAY,
                            account.stays(),
                            account.arrivals(),
                            new Values(values::get),
                            T0 + DAYS * DayLedger.DAY,
                            true));
        }
        return rows;
    }

    /** Hours and quarters, of sites and zones, one in ten missing; prices may be negative. */
    private void measure(Random random) {
        // what another try has left
        values.clear();
        for (String subject : List.of("zone-a", "zone-b", "a", "c")) {
            for (String signal : SIGNALS) {
                boolean site = !subject.startsWith("zone");
                if (site && random.nextBoolean()) {
                    continue;
                }
                long step = random.nextBoolean() ? HOUR : QUARTER;
                for (long at = T0; at < T0 + DAYS * DayLedger.DAY; at += step) {
                    if (random.nextInt(10) == 0) {
                        continue;
                    }
                    double value =
                            signal.equals(SignalNames.PUE)
                                    ? 1 + random.nextDouble()
                                    : random.nextGaussian() * 100 + 100;
                    SeriesView view =
                            SeriesView.actual(site, subject, signal, value, at, at + step, "feed");
                    String key = Values.key(site, subject, signal, DayLedger.dayOf(at));
                    Values.put(
                            values.computeIfAbsent(key, k -> new DayValues()),
                            view,
                            DayLedger.dayOf(at));
                }
            }
        }
    }

    private static Account account(String workload, Random random) {
        Place first = PLACES.get(random.nextInt(3));
        Place here = first;
        double watts = random.nextInt(3) * 700;
        double multiplier = random.nextInt(3) * 0.5;
        double carbon = random.nextInt(2) * 80;
        List<Stay> stays = new ArrayList<>();
        List<Arrival> arrivals = new ArrayList<>();
        long at = T0 + random.nextInt(600) * MINUTE;
        while (at < T0 + DAYS * DayLedger.DAY) {
            long to =
                    Math.min(T0 + DAYS * DayLedger.DAY, at + (1 + random.nextInt(1_500)) * MINUTE);
            stays.add(new Stay(here, first, at, to, watts, multiplier, carbon));
            at = to + (random.nextInt(3) == 0 ? random.nextInt(300) * MINUTE : 0);
            Place next = PLACES.get(random.nextInt(3));
            if (!next.equals(here) && at < T0 + DAYS * DayLedger.DAY) {
                arrivals.add(new Arrival(here, next, first, at, 0.1, 0.05, multiplier, carbon));
            }
            here = next;
        }
        return new Account(workload, stays, arrivals);
    }

    private static Account cut(Account account, Random random) {
        List<Stay> cut = new ArrayList<>();
        for (Stay stay : account.stays()) {
            long minutes = (stay.toMillis() - stay.fromMillis()) / MINUTE;
            long at = stay.fromMillis() + random.nextInt((int) minutes) * MINUTE + 17;
            cut.add(stay.until(at));
            cut.add(
                    new Stay(
                            stay.here(),
                            stay.first(),
                            at,
                            stay.toMillis(),
                            stay.watts(),
                            stay.priceMultiplier(),
                            stay.carbonPriceEurPerTonne()));
        }
        return new Account(account.workload(), cut, account.arrivals());
    }

    private void byMinute(Account account, double[] sums) {
        for (Stay stay : account.stays()) {
            for (long at = stay.fromMillis(); at < stay.toMillis(); at += MINUTE) {
                double kwh = stay.watts() / 1_000 / 60;
                double pue = pue(stay.here(), at);
                double firstPue = pue(stay.first(), at);
                double price = value(stay.here(), SignalNames.PRICE, at);
                double firstPrice = value(stay.first(), SignalNames.PRICE, at);
                double carbon = value(stay.here(), SignalNames.CARBON_INTENSITY, at);
                double firstCarbon = value(stay.first(), SignalNames.CARBON_INTENSITY, at);
                sums[0] += 1 / 60.0;
                sums[2] += kwh * pue;
                boolean priceMissing =
                        stay.priceMultiplier() != 0
                                && (Double.isNaN(price) || Double.isNaN(firstPrice));
                boolean carbonMissing =
                        stay.carbonPriceEurPerTonne() != 0
                                && (Double.isNaN(carbon) || Double.isNaN(firstCarbon));
                if (priceMissing || carbonMissing) {
                    sums[1] += 1 / 60.0;
                } else {
                    double p = stay.priceMultiplier() / 1_000;
                    double c = stay.carbonPriceEurPerTonne() / 1e6;
                    sums[3] += p == 0 ? 0 : kwh * pue * price * p;
                    sums[4] += c == 0 ? 0 : kwh * pue * carbon * c;
                    sums[5] +=
                            (p == 0 ? 0 : kwh * firstPue * firstPrice * p)
                                    + (c == 0 ? 0 : kwh * firstPue * firstCarbon * c);
                }
                if (!Double.isNaN(carbon) && !Double.isNaN(firstCarbon)) {
                    sums[6] += kwh * pue * carbon;
                    sums[7] += kwh * firstPue * firstCarbon;
                }
                double marginal = value(stay.here(), MARGINAL, at);
                if (!Double.isNaN(marginal) && !Double.isNaN(value(stay.first(), MARGINAL, at))) {
                    sums[8] += kwh * pue * marginal;
                }
            }
        }
        for (Arrival arrival : account.arrivals()) {
            sums[9] += arrival.fixedEur();
            for (Place place : List.of(arrival.from(), arrival.to())) {
                double price = value(place, SignalNames.PRICE, arrival.atMillis());
                double carbon = value(place, SignalNames.CARBON_INTENSITY, arrival.atMillis());
                double p = arrival.priceMultiplier() / 1_000;
                double c = arrival.carbonPriceEurPerTonne() / 1e6;
                double rate =
                        pue(place, arrival.atMillis())
                                * ((p == 0 ? 0 : p * price) + (c == 0 ? 0 : c * carbon));
                if (rate > 0) {
                    sums[9] += arrival.idleKwh() * rate;
                }
                if (!Double.isNaN(carbon)) {
                    sums[10] += arrival.idleKwh() * pue(place, arrival.atMillis()) * carbon;
                }
            }
        }
    }

    private double pue(Place place, long at) {
        double read = value(place, SignalNames.PUE, at);
        return Double.isNaN(read) ? place.pue() : read;
    }

    /** As it is stored, with no cleverness. */
    private double value(Place place, String signal, long at) {
        for (String key :
                List.of(
                        Values.key(true, place.site(), signal, DayLedger.dayOf(at)),
                        Values.key(false, place.zone(), signal, DayLedger.dayOf(at)))) {
            DayValues day = values.get(key);
            for (int i = 0; day != null && i < day.size; i++) {
                if (day.starts[i] <= at && at < day.ends[i]) {
                    return day.values[i];
                }
            }
        }
        return Double.NaN;
    }
}
