package dev.tradewind.job.plan;

import dev.tradewind.job.plan.horizon.Accuracy;
import dev.tradewind.job.plan.horizon.Known;
import dev.tradewind.job.plan.horizon.Outlook;
import dev.tradewind.job.plan.horizon.SeriesProfile;
import dev.tradewind.job.views.LearnedSeries;
import dev.tradewind.job.views.SeriesAccuracy;
import dev.tradewind.job.views.SeriesView;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Decision.UsedReading;
import dev.tradewind.rules.text.Durations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongToDoubleFunction;

/**
 * The latest values and forecasts of all sites and zones, and what they say of a site's cost.
 *
 * <p>A site's own reading wins over its zone's as long as it is fresh. A value is stale when the
 * policy's {@code stale.after} has passed since its interval ended. A cost that needs a missing or
 * stale signal is unknown, never 0.
 *
 * <p>Holds of a series one value, what it has been like at each hour of the day, and at most
 * {@value #MAX_POINTS} points of forecast; after another catalog, series of its sites and zones,
 * and {@value #MOST_KEPT} others for a week. Not for several threads.
 */
public final class SiteViews {
    static final int MAX_POINTS = 2_000;

    /**
     * For so long what is known and was learned of a site or zone outlives its last entry in the
     * catalog, energy time: an edit that takes a site out and back, or a site that comes and goes,
     * must not cost what took weeks to learn.
     */
    public static final long KEPT_MILLIS = 7 * 24 * 3_600_000L;

    /** And of so many series at most, those that left last. */
    public static final int MOST_KEPT = 1_000;

    private static final long HOUR = SeriesProfile.HOUR;

    /** A forecast beyond it changes no guess of what comes after it. */
    private static final long MOST_LOOKED_AHEAD = 96 * HOUR;

    private record Key(boolean siteSubject, String subject, String signal)
            implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            int bySubject = subject.compareTo(other.subject);
            return bySubject != 0
                    ? bySubject
                    : siteSubject != other.siteSubject
                            ? Boolean.compare(siteSubject, other.siteSubject)
                            : signal.compareTo(other.signal);
        }
    }

    private final Map<Key, SignalSeries> series = new HashMap<>();

    /** Series that no site of the catalog has, and since when. */
    private final Map<Key, Long> leftAt = new HashMap<>();

    /** When a site came into the catalog, energy time. */
    private final Map<String, Long> cameAt = new HashMap<>();

    private record Asked(Site site, Policy policy) {}

    /** From when until when it is the answer, if nothing else becomes known. */
    private record Answer(Optional<Outlook> outlook, long fromMillis, long untilMillis) {}

    /** Many workloads ask the same within an hour. */
    private final Map<Asked, Answer> answers = new HashMap<>();

    /**
     * Takes a view in. A value older than the one that is known is ignored; forecasts are merged
     * point by point, the later made one winning.
     */
    public void apply(SeriesView view) {
        of(new Key(view.siteSubject(), view.subject(), view.signal())).apply(view, MAX_POINTS);
    }

    /**
     * The same at an instant of energy time: what says that it was made later counts as made now,
     * or a feed with a clock that is ahead would outdo every other one until then.
     */
    public void apply(SeriesView view, long nowMillis) {
        apply(
                view.isForecast() && view.generatedAtMillis() > nowMillis
                        ? SeriesView.forecast(
                                view.siteSubject(),
                                view.subject(),
                                view.signal(),
                                nowMillis,
                                view.curveStarts(),
                                view.curveEnds(),
                                view.curveValues(),
                                view.source())
                        : view);
    }

    /** To be written to. */
    private SignalSeries of(Key key) {
        answers.clear();
        return series.computeIfAbsent(key, k -> new SignalSeries());
    }

    /** Everything that is known, for a snapshot; {@link #apply} of each restores it. */
    public List<SeriesView> views() {
        List<SeriesView> views = new ArrayList<>();
        series.forEach(
                (key, known) -> {
                    if (known.latest() != null) {
                        views.add(known.latest());
                    }
                    views.addAll(known.forecasts(key.siteSubject, key.subject, key.signal));
                });
        return views;
    }

    /** What was learned of each series; {@link #learn} of each restores it. */
    public List<LearnedSeries> learned() {
        List<LearnedSeries> learned = new ArrayList<>();
        series.forEach(
                (key, known) -> {
                    if (!known.profile().isEmpty()) {
                        learned.add(
                                new LearnedSeries(
                                        key.siteSubject,
                                        key.subject,
                                        key.signal,
                                        known.profile().state()));
                    }
                });
        return learned;
    }

    /**
     * Takes up what was learned, in place of what this has learned itself.
     *
     * @throws IllegalArgumentException for a profile that another version has written otherwise
     */
    public void learn(LearnedSeries learned) {
        of(new Key(learned.siteSubject(), learned.subject(), learned.signal()))
                .learned(SeriesProfile.of(learned.profile()));
    }

    /** How far off what was expected of each has been; {@link #measure} of each restores it. */
    public List<SeriesAccuracy> accuracies() {
        List<SeriesAccuracy> accuracies = new ArrayList<>();
        series.forEach(
                (key, known) -> {
                    if (!known.profile().isEmpty()) {
                        accuracies.add(
                                new SeriesAccuracy(
                                        key.siteSubject,
                                        key.subject,
                                        key.signal,
                                        known.accuracy().state()));
                    }
                });
        return accuracies;
    }

    /**
     * Takes up what was measured.
     *
     * @throws IllegalArgumentException for what another version has written otherwise
     */
    public void measure(SeriesAccuracy measured) {
        of(new Key(measured.siteSubject(), measured.subject(), measured.signal()))
                .measured(Accuracy.of(measured.accuracy()));
    }

    /** Of one series; empty where it isn't known. */
    public Optional<Accuracy> accuracy(boolean siteSubject, String subject, String signal) {
        return Optional.ofNullable(series.get(new Key(siteSubject, subject, signal)))
                .map(SignalSeries::accuracy);
    }

    /** {@link SeriesProfile#leap} of a series, as of its last hour that is over. */
    public double leap(boolean siteSubject, String subject, String signal) {
        SignalSeries known = series.get(new Key(siteSubject, subject, signal));
        return known == null ? 1 : known.leap();
    }

    /** {@link SeriesProfile#standsStill} of a series, likewise. */
    public boolean standsStill(boolean siteSubject, String subject, String signal) {
        SignalSeries known = series.get(new Key(siteSubject, subject, signal));
        return known != null && known.standsStill();
    }

    /** How many series are known. */
    public int size() {
        return series.size();
    }

    /**
     * Another catalog is in force: notes which sites have come and which have left, and forgets
     * what none of its sites has had for longer than {@link #KEPT_MILLIS}.
     *
     * @param nowMillis energy time
     */
    public void keepOnly(Catalog catalog, long nowMillis) {
        answers.clear();
        Map<String, Long> before = Map.copyOf(cameAt);
        cameAt.clear();
        Set<String> zones = new HashSet<>();
        for (Site site : catalog.sites()) {
            zones.add(site.zone());
            cameAt.put(
                    site.name(),
                    before.isEmpty()
                            ? Long.valueOf(Long.MIN_VALUE)
                            : before.getOrDefault(site.name(), nowMillis));
        }
        for (Key key : series.keySet()) {
            if ((key.siteSubject ? cameAt.keySet() : zones).contains(key.subject)) {
                leftAt.remove(key);
            } else {
                // a clock that was put back is no reason to keep it longer
                leftAt.merge(key, nowMillis, Math::min);
            }
        }
        List<Key> kept = new ArrayList<>(leftAt.keySet());
        kept.sort(Comparator.comparing((Key key) -> -leftAt.get(key)).thenComparing(k -> k));
        for (int i = 0; i < kept.size(); i++) {
            if (i >= MOST_KEPT || nowMillis - leftAt.get(kept.get(i)) > KEPT_MILLIS) {
                leftAt.remove(kept.get(i));
                series.remove(kept.get(i));
            }
        }
    }

    /**
     * A site that comes and goes isn't moved to for its price until it has stayed for a while. Of
     * those that were there in the first catalog since the job started it isn't known, and long
     * ago.
     */
    public boolean hasSettled(String site, Policy policy, long nowMillis) {
        long came = cameAt.getOrDefault(site, Long.MIN_VALUE);
        return came == Long.MIN_VALUE || came + policy.minResidenceMillis() <= nowMillis;
    }

    /**
     * What a kWh costs and emits at a site now.
     *
     * @param unknown why the cost isn't known, for people; null where it is
     * @param eurPerKwh NaN where it isn't known
     * @param gramsPerKwh gCO2eq for a kWh that the workload draws, PUE included; NaN where it isn't
     *     known
     * @param knownUntilMillis when the first signal of the cost goes stale if nothing new comes
     * @param gramsUntilMillis the same of the emissions
     * @param readings what it was computed from
     */
    public record SiteCost(
            String unknown,
            double eurPerKwh,
            double gramsPerKwh,
            long knownUntilMillis,
            long gramsUntilMillis,
            List<UsedReading> readings) {

        public boolean known() {
            return unknown == null;
        }
    }

    /**
     * @param nowMillis energy time
     */
    public SiteCost costNow(Site site, Policy policy, long nowMillis) {
        Objective objective = Objective.of(policy);
        List<UsedReading> used = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        SeriesView lastPrice = fresh(site, SignalNames.PRICE, policy, nowMillis);
        SeriesView lastCarbon = fresh(site, SignalNames.CARBON_INTENSITY, policy, nowMillis);
        SeriesView price = present(site, SignalNames.PRICE, lastPrice, nowMillis);
        SeriesView carbon = present(site, SignalNames.CARBON_INTENSITY, lastCarbon, nowMillis);
        SeriesView pue = fresh(site, SignalNames.PUE, policy, nowMillis);
        long until = Long.MAX_VALUE;
        if (objective.needsPrice()) {
            until =
                    Math.min(
                            until,
                            use(
                                    site,
                                    SignalNames.PRICE,
                                    lastPrice,
                                    price,
                                    policy,
                                    nowMillis,
                                    used,
                                    missing));
        }
        if (objective.needsCarbon()) {
            until =
                    Math.min(
                            until,
                            use(
                                    site,
                                    SignalNames.CARBON_INTENSITY,
                                    lastCarbon,
                                    carbon,
                                    policy,
                                    nowMillis,
                                    used,
                                    missing));
        }
        double factor = site.pue();
        if (pue != null) {
            factor = pue.value();
            use(site, SignalNames.PUE, pue, pue, policy, nowMillis, used, missing);
        }
        return new SiteCost(
                missing.isEmpty() ? null : String.join(" and ", missing),
                missing.isEmpty()
                        ? CostModel.eurPerKwh(
                                factor,
                                price == null ? 0 : price.value(),
                                carbon == null ? 0 : carbon.value(),
                                objective)
                        : Double.NaN,
                carbon == null ? Double.NaN : factor * carbon.value(),
                until,
                lastCarbon == null ? nowMillis : lastCarbon.endMillis() + policy.staleAfterMillis(),
                List.copyOf(used));
    }

    /**
     * A site's cost over a time to come: as it is forecast, else as the days before let expect,
     * where the latest value is fresh; else unknown.
     */
    public RateCurve curve(
            Site site, Policy policy, long nowMillis, long fromMillis, long toMillis) {
        Objective objective = Objective.of(policy);
        TreeSet<Long> cuts = new TreeSet<>(List.of(fromMillis, Math.max(fromMillis, toMillis)));
        for (long hour = (fromMillis / HOUR + 1) * HOUR; hour < toMillis; hour += HOUR) {
            cuts.add(hour);
        }
        for (String signal :
                List.of(SignalNames.PRICE, SignalNames.CARBON_INTENSITY, SignalNames.PUE)) {
            cuts(new Key(true, site.name(), signal), fromMillis, toMillis, cuts);
            cuts(new Key(false, site.zone(), signal), fromMillis, toMillis, cuts);
        }
        LongToDoubleFunction pue = course(site, SignalNames.PUE, policy, nowMillis);
        LongToDoubleFunction price = course(site, SignalNames.PRICE, policy, nowMillis);
        LongToDoubleFunction carbon = course(site, SignalNames.CARBON_INTENSITY, policy, nowMillis);
        long[] starts = cuts.stream().mapToLong(Long::longValue).toArray();
        double[] rates = new double[Math.max(0, starts.length - 1)];
        for (int i = 0; i < rates.length; i++) {
            double factor = pue.applyAsDouble(starts[i]);
            rates[i] =
                    CostModel.eurPerKwh(
                            Double.isNaN(factor) ? site.pue() : factor,
                            price.applyAsDouble(starts[i]),
                            carbon.applyAsDouble(starts[i]),
                            objective);
        }
        return new RateCurve(starts, rates);
    }

    /**
     * What a kWh costs at a site now and may cost later: known beforehand where it is forecast,
     * else as the series has been. Where a value's time is over and its next one has not come yet,
     * the forecast of this hour stands for it.
     *
     * @return nothing where its present cost isn't known
     */
    public Optional<Outlook> outlook(Site site, Policy policy, long nowMillis) {
        Asked asked = new Asked(site, policy);
        Answer answer = answers.get(asked);
        if (answer == null || nowMillis < answer.fromMillis || nowMillis >= answer.untilMillis) {
            answer = answer(site, policy, nowMillis);
            answers.put(asked, answer);
        }
        return answer.outlook;
    }

    private Answer answer(Site site, Policy policy, long nowMillis) {
        SiteCost cost = costNow(site, policy, nowMillis);
        if (!cost.known()) {
            return new Answer(Optional.empty(), nowMillis, nowMillis);
        }
        Objective objective = Objective.of(policy);
        SeriesView pue = fresh(site, SignalNames.PUE, policy, nowMillis);
        double factor = pue == null ? site.pue() : pue.value();
        List<Outlook.Signal> signals = new ArrayList<>();
        double eurPerKwh = 0;
        long until = Long.MAX_VALUE;
        for (String signal : List.of(SignalNames.PRICE, SignalNames.CARBON_INTENSITY)) {
            boolean isPrice = signal.equals(SignalNames.PRICE);
            if (isPrice ? objective.needsPrice() : objective.needsCarbon()) {
                SignalSeries series = freshSeries(site, signal, policy, nowMillis);
                double unit =
                        CostModel.eurPerKwh(factor, isPrice ? 1 : 0, isPrice ? 0 : 1, objective);
                Known known = known(site, signal);
                until = Math.min(until, series.latest().endMillis());
                eurPerKwh += unit * present(series, known, nowMillis);
                signals.add(Outlook.Signal.of(unit, known, series.profile()));
            }
        }
        long hourEnds = (nowMillis / HOUR + 1) * HOUR;
        return new Answer(
                Optional.of(new Outlook(site.name(), eurPerKwh, until, List.copyOf(signals))),
                nowMillis,
                Math.min(
                        until > nowMillis ? Math.min(until, hourEnds) : hourEnds,
                        cost.knownUntilMillis()));
    }

    private static double present(SignalSeries series, Known known, long nowMillis) {
        if (series.latest().endMillis() > nowMillis) {
            return series.latest().value();
        }
        long hourEnds = (nowMillis / HOUR + 1) * HOUR;
        double told = known.mean(nowMillis, hourEnds);
        return Double.isNaN(told) ? series.latest().value() : told;
    }

    /**
     * The same as {@link #present(SignalSeries, Known, long)}: where the latest value's time is
     * over, what was forecast for what is left of the hour, if it was.
     */
    private SeriesView present(Site site, String signal, SeriesView latest, long nowMillis) {
        if (latest == null || latest.endMillis() > nowMillis) {
            return latest;
        }
        long hourEnds = (nowMillis / SeriesProfile.HOUR + 1) * SeriesProfile.HOUR;
        double told = known(site, signal).mean(nowMillis, hourEnds);
        return Double.isNaN(told)
                ? latest
                : SeriesView.actual(
                        latest.siteSubject(),
                        latest.subject(),
                        signal,
                        told,
                        hourEnds - SeriesProfile.HOUR,
                        hourEnds,
                        null);
    }

    /** The site's own forecast, else its zone's. */
    private Known known(Site site, String signal) {
        SignalSeries own = series.get(new Key(true, site.name(), signal));
        SignalSeries zone = series.get(new Key(false, site.zone(), signal));
        if (own == null || zone == null) {
            return own != null ? own::mean : zone != null ? zone::mean : Known.NOTHING;
        }
        return (from, to) -> {
            double mean = own.mean(from, to);
            return Double.isNaN(mean) ? zone.mean(from, to) : mean;
        };
    }

    private void cuts(Key key, long from, long to, TreeSet<Long> cuts) {
        SignalSeries known = series.get(key);
        if (known == null) {
            return;
        }
        known.forecast()
                .headMap(to, false)
                .forEach(
                        (start, point) -> {
                            if (start > from) {
                                cuts.add(start);
                            }
                            if (point.end() > from && point.end() < to) {
                                cuts.add(point.end());
                            }
                        });
        if (known.latest() != null
                && known.latest().endMillis() > from
                && known.latest().endMillis() < to) {
            cuts.add(known.latest().endMillis());
        }
    }

    /** A signal at an instant to come; NaN where it can't be said. */
    private LongToDoubleFunction course(Site site, String signal, Policy policy, long now) {
        SignalSeries fresh = freshSeries(site, signal, policy, now);
        SignalSeries own = series.get(new Key(true, site.name(), signal));
        SignalSeries zone = series.get(new Key(false, site.zone(), signal));
        SeriesProfile profile =
                fresh == null || fresh.profile().isEmpty()
                        ? null
                        : fresh.profile()
                                .followedBy(known(site, signal), (int) (MOST_LOOKED_AHEAD / HOUR));
        return at -> {
            if (fresh != null
                    && at >= fresh.latest().startMillis()
                    && at < fresh.latest().endMillis()) {
                return fresh.latest().value();
            }
            double told = own == null ? Double.NaN : own.forecastAt(at);
            if (Double.isNaN(told) && zone != null) {
                told = zone.forecastAt(at);
            }
            if (!Double.isNaN(told) || fresh == null) {
                return told;
            }
            return profile == null ? fresh.latest().value() : profile.whenToStart(at / HOUR);
        };
    }

    private SeriesView fresh(Site site, String signal, Policy policy, long now) {
        SignalSeries series = freshSeries(site, signal, policy, now);
        return series == null ? null : series.latest();
    }

    private SignalSeries freshSeries(Site site, String signal, Policy policy, long now) {
        for (Key key :
                List.of(new Key(true, site.name(), signal), new Key(false, site.zone(), signal))) {
            SignalSeries known = series.get(key);
            if (known != null
                    && known.latest() != null
                    && now - known.latest().endMillis() <= policy.staleAfterMillis()) {
                return known;
            }
        }
        return null;
    }

    /** Notes a signal as used, or why it is missing; returns when it goes stale. */
    private long use(
            Site site,
            String signal,
            SeriesView view,
            SeriesView present,
            Policy policy,
            long now,
            List<UsedReading> used,
            List<String> missing) {
        if (view == null) {
            SeriesView stale = newest(site, signal);
            missing.add(
                    stale == null
                            ? "its " + signal + " is not known"
                            : "its last "
                                    + signal
                                    + " is "
                                    + Durations.format((now - stale.endMillis()) / 1_000 * 1_000)
                                    + " old");
            return now;
        }
        used.add(
                new UsedReading(
                        site.name(),
                        signal,
                        present.value(),
                        Instant.ofEpochMilli(present.startMillis()),
                        Math.max(0, now - present.endMillis()),
                        present == view ? null : Boolean.TRUE,
                        present.source()));
        return view.endMillis() + policy.staleAfterMillis();
    }

    private SeriesView newest(Site site, String signal) {
        SeriesView newest = null;
        for (Key key :
                List.of(new Key(true, site.name(), signal), new Key(false, site.zone(), signal))) {
            SignalSeries known = series.get(key);
            if (known != null
                    && known.latest() != null
                    && (newest == null || known.latest().endMillis() > newest.endMillis())) {
                newest = known.latest();
            }
        }
        return newest;
    }
}
