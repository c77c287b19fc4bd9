package dev.tradewind.cli.backtest;

import dev.tradewind.job.plan.RateCurve;
import dev.tradewind.job.plan.SiteViews;
import dev.tradewind.job.plan.StartSlot;
import dev.tradewind.job.plan.StartSlot.Slot;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What waiting is worth: jobs that may wait, decided for by the job's own views and {@link
 * StartSlot}, looked at anew every hour until they start. The share is of what the clairvoyant
 * optimum saves, both against starting at once (of several regions: the mean over them).
 *
 * <p>Beside ours, the forecast that is simplest to make: each hour as its mean over the last seven
 * days, planned once.
 */
public final class DeferBench {
    static final long HOUR = 3_600_000;

    /** Before that the seven-day mean has nothing to go by, and neither has anybody. */
    private static final int WARM_UP = 168;

    /**
     * A job.
     *
     * @param atMillis when it is submitted
     * @param durationMillis that it runs for
     * @param latestMillis its last start
     */
    public record Job(long atMillis, long durationMillis, long latestMillis, double weight) {}

    /**
     * Shares of what hindsight would have saved.
     *
     * @param goal that ours has to reach; NaN: none is set
     * @param saved what the optimum saves, of the cost of starting at once
     */
    public record Line(
            String name, int jobs, double goal, double ours, double sevenDays, double saved) {

        public boolean met() {
            // a rounding error isn't a miss
            return Double.isNaN(goal) || ours >= goal - 1e-6;
        }

        public String text() {
            return String.format(
                    Locale.ROOT,
                    "  %-46s %7d  %s %8.3f %8s  %9.1f %%",
                    name,
                    jobs,
                    Double.isNaN(goal)
                            ? "         "
                            : String.format(Locale.ROOT, "%.3f %s", goal, met() ? "met" : "   "),
                    ours,
                    Double.isNaN(sevenDays) ? "" : String.format(Locale.ROOT, "%.3f", sevenDays),
                    saved * 100);
        }
    }

    public static String header() {
        return String.format(
                "  %-46s %7s  %-9s %8s %8s  %11s",
                "share of what hindsight saves by waiting",
                "jobs",
                "goal",
                "ours",
                "7 days",
                "hindsight");
    }

    /** A cost, and the regions that a job may choose among. */
    record Ground(String name, Policy policy, List<Site> sites) {}

    private final Timeline known;
    private final Ground ground;
    private final long[] hours;
    private final List<RateCurve> truth = new ArrayList<>();
    private final List<double[]> actual = new ArrayList<>();

    /**
     * @param actuals what came to be
     * @param known what was known of it, and when: with {@code actuals}
     */
    DeferBench(Timeline actuals, Timeline known, Ground ground) {
        this.known = known;
        this.ground = ground;
        long[] steps = actuals.steps();
        this.hours = steps;
        SiteViews views = new SiteViews();
        for (Site ignored : ground.sites()) {
            actual.add(new double[Math.max(0, steps.length - 1)]);
        }
        int next = 0;
        List<Timeline.News> news = actuals.news();
        for (int t = 0; t + 1 < steps.length; t++) {
            for (; next < news.size() && news.get(next).atMillis() <= steps[t]; next++) {
                views.apply(news.get(next).view());
            }
            for (int j = 0; j < ground.sites().size(); j++) {
                actual.get(j)[t] =
                        views.costNow(ground.sites().get(j), ground.policy(), steps[t]).eurPerKwh();
            }
        }
        for (double[] rates : actual) {
            truth.add(new RateCurve(steps, rates));
        }
    }

    /** Submitted at every step. */
    List<Job> everyHour(long duration, long slack) {
        List<Job> jobs = new ArrayList<>();
        for (int t = WARM_UP; t < hours.length; t++) {
            if (hours[t] + slack + duration <= end()) {
                jobs.add(new Job(hours[t], duration, hours[t] + slack, 1));
            }
        }
        return jobs;
    }

    long begin() {
        return hours[0];
    }

    long end() {
        return hours[hours.length - 1];
    }

    /**
     * @param withSevenDays whether to work out the rival, too
     */
    Line run(String name, double goal, List<Job> jobs, boolean withSevenDays) {
        double once = 0;
        double best = 0;
        double ours = 0;
        double rival = 0;
        int counted = 0;
        double[] started = starts(jobs);
        for (int i = 0; i < jobs.size(); i++) {
            Job job = jobs.get(i);
            double now = 0;
            double least = Double.POSITIVE_INFINITY;
            for (RateCurve curve : truth) {
                now += curve.sum(job.atMillis, job.atMillis + job.durationMillis) / truth.size();
                least = Math.min(least, hindsight(curve, job));
            }
            if (Double.isNaN(now) || Double.isNaN(started[i])) {
                continue;
            }
            counted++;
            once += job.weight * now;
            best += job.weight * least;
            ours += job.weight * started[i];
            rival += withSevenDays ? job.weight * sevenDays(job) : 0;
        }
        return new Line(
                name,
                counted,
                goal,
                share(once, best, ours),
                withSevenDays ? share(once, best, rival) : Double.NaN,
                once == 0 ? 0 : (once - best) / Math.abs(once));
    }

    private static double share(double once, double best, double cost) {
        return once - best > 1e-9 * Math.abs(once) ? (once - cost) / (once - best) : 1;
    }

    private double hindsight(RateCurve curve, Job job) {
        return StartSlot.choose(
                        List.of("it"),
                        s -> curve,
                        job.atMillis,
                        null,
                        job.latestMillis,
                        job.durationMillis,
                        null)
                .map(Slot::eurPerKw)
                .orElse(Double.NaN);
    }

    /** What each job really costs when the planner starts it; NaN where it never starts. */
    private double[] starts(List<Job> jobs) {
        double[] cost = new double[jobs.size()];
        Arrays.fill(cost, Double.NaN);
        SiteViews views = new SiteViews();
        List<String> names = ground.sites().stream().map(Site::name).toList();
        Map<Integer, Slot> waiting = new LinkedHashMap<>();
        int nextNews = 0;
        int nextJob = 0;
        for (int t = 0; t + 1 < hours.length; t++) {
            long step = hours[t];
            for (;
                    nextNews < known.news().size() && known.news().get(nextNews).atMillis() <= step;
                    nextNews++) {
                views.apply(known.news().get(nextNews).view());
            }
            look(views, names, jobs, waiting, step, cost);
            while (nextJob < jobs.size() && jobs.get(nextJob).atMillis < hours[t + 1]) {
                // between two readings nothing new is known but the job itself
                waiting.put(nextJob, null);
                look(
                        views,
                        names,
                        jobs,
                        waiting,
                        Math.max(step, jobs.get(nextJob).atMillis),
                        cost,
                        nextJob);
                nextJob++;
            }
        }
        return cost;
    }

    private void look(
            SiteViews views,
            List<String> names,
            List<Job> jobs,
            Map<Integer, Slot> waiting,
            long now,
            double[] cost) {
        if (waiting.isEmpty()) {
            return;
        }
        long end =
                waiting.keySet().stream()
                        .mapToLong(i -> horizon(jobs.get(i), now))
                        .max()
                        .orElse(now);
        Map<String, RateCurve> curves = curves(views, now, end);
        for (int i : List.copyOf(waiting.keySet())) {
            decide(curves, names, jobs.get(i), i, waiting, now, cost);
        }
    }

    private void look(
            SiteViews views,
            List<String> names,
            List<Job> jobs,
            Map<Integer, Slot> waiting,
            long now,
            double[] cost,
            int i) {
        decide(
                curves(views, now, horizon(jobs.get(i), now)),
                names,
                jobs.get(i),
                i,
                waiting,
                now,
                cost);
    }

    private static long horizon(Job job, long now) {
        return StartSlot.horizon(now, null, job.latestMillis, job.durationMillis);
    }

    private Map<String, RateCurve> curves(SiteViews views, long now, long end) {
        Map<String, RateCurve> curves = new HashMap<>();
        for (Site site : ground.sites()) {
            curves.put(site.name(), views.curve(site, ground.policy(), now, now, end));
        }
        return curves;
    }

    private void decide(
            Map<String, RateCurve> curves,
            List<String> names,
            Job job,
            int i,
            Map<Integer, Slot> waiting,
            long now,
            double[] cost) {
        Slot planned = waiting.get(i);
        long at = now;
        Slot slot =
                planned != null && planned.startMillis() < now
                        // its time came between two readings
                        ? planned
                        : StartSlot.choose(
                                        names,
                                        curves::get,
                                        now,
                                        null,
                                        job.latestMillis,
                                        job.durationMillis,
                                        planned)
                                .orElseThrow();
        if (slot.startMillis() > at) {
            waiting.put(i, slot);
            return;
        }
        waiting.remove(i);
        RateCurve paid = truth.get(names.indexOf(slot.site()));
        cost[i] = paid.sum(slot.startMillis(), slot.startMillis() + job.durationMillis);
    }

    /** Planned once, each hour to come as its mean over the last seven days. */
    private double sevenDays(Job job) {
        int t = indexOf(job.atMillis);
        double least = Double.POSITIVE_INFINITY;
        double cost = Double.NaN;
        for (int j = 0; j < truth.size(); j++) {
            RateCurve guess = guess(actual.get(j), t, job);
            Slot slot =
                    StartSlot.choose(
                                    List.of("it"),
                                    s -> guess,
                                    job.atMillis,
                                    null,
                                    job.latestMillis,
                                    job.durationMillis,
                                    null)
                            .orElseThrow();
            if (slot.eurPerKw() < least) {
                least = slot.eurPerKw();
                cost =
                        truth.get(j)
                                .sum(slot.startMillis(), slot.startMillis() + job.durationMillis);
            }
        }
        return cost;
    }

    private RateCurve guess(double[] seen, int t, Job job) {
        int perDay = (int) (24 * HOUR / (hours[1] - hours[0]));
        int steps = 2;
        while (t + steps < hours.length - 1
                && hours[t + steps - 1] < job.latestMillis + job.durationMillis) {
            steps++;
        }
        long[] cuts = Arrays.copyOfRange(hours, t, t + steps);
        cuts[0] = Math.min(cuts[0], job.atMillis);
        double[] rates = new double[steps - 1];
        rates[0] = seen[t];
        for (int k = 1; k < rates.length; k++) {
            double sum = 0;
            int days = 0;
            for (int d = 1; days < 7 && t + k - d * perDay >= 0; d++) {
                if (t + k - d * perDay <= t) {
                    sum += seen[t + k - d * perDay];
                    days++;
                }
            }
            rates[k] = days == 0 ? seen[t] : sum / days;
        }
        return new RateCurve(cuts, rates);
    }

    private int indexOf(long at) {
        int found = Arrays.binarySearch(hours, at);
        return found >= 0 ? found : -found - 2;
    }

    /** One for each region and signal. */
    static List<Ground> regions(Timeline actuals) {
        List<Ground> grounds = new ArrayList<>();
        for (String signal : List.of(SignalNames.PRICE, SignalNames.CARBON_INTENSITY)) {
            boolean price = signal.equals(SignalNames.PRICE);
            for (String zone : PlanBench.zones(actuals)) {
                grounds.add(
                        new Ground(
                                zone + " " + (price ? "price" : "carbon"),
                                PlanBench.policy(signal, price ? 1 : 0, price ? 0 : 1),
                                List.of(PlanBench.site(zone))));
            }
        }
        return grounds;
    }

    /** Price, carbon and both half and half, over all regions. */
    static List<Ground> together(Timeline actuals) {
        List<Site> sites = PlanBench.zones(actuals).stream().map(PlanBench::site).toList();
        return PlanBench.policies(actuals).stream()
                .map(policy -> new Ground(policy.name(), policy, sites))
                .toList();
    }
}
