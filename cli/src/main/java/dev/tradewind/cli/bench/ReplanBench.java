package dev.tradewind.cli.bench;

import com.sun.management.ThreadMXBean;
import dev.tradewind.cli.bench.Fleets.Regime;
import dev.tradewind.cli.bench.ReplanReport.Case;
import dev.tradewind.cli.bench.ReplanReport.Decided;
import dev.tradewind.cli.bench.ReplanReport.Parts;
import dev.tradewind.cli.bench.ReplanReport.Whole;
import dev.tradewind.job.plan.fleet.Arrival;
import dev.tradewind.job.plan.fleet.FleetPlan;
import dev.tradewind.job.plan.fleet.FleetPlanner;
import dev.tradewind.job.plan.fleet.FleetPlanner.Stage;
import dev.tradewind.job.plan.fleet.FleetSettings;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Plans fleets drawn by chance, all on the one thread that calls it. */
public final class ReplanBench {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SITES = 20;
    private static final long SEED = 1;
    private static final int RUNS = 7;

    /** Steps along the slope of the bound of several resources. */
    private static final int PROOF = 200;

    private static final List<Regime> FITTING = List.of(Regime.SLACK, Regime.HERD, Regime.TIGHT);

    private final int most;
    private final Consumer<String> progress;

    /**
     * @param most workloads of the largest fleet
     */
    public ReplanBench(int most, Consumer<String> progress) {
        this.most = most;
        this.progress = progress;
    }

    public ReplanReport run() {
        FleetSettings damped = FleetSettings.DEFAULT;
        FleetSettings once = damped.damped(1, 1);
        int large = Math.min(most, 100_000);
        progress.accept("the first plan of this process");
        double cold = cold(Math.min(most, large));
        List<Case> cases = new ArrayList<>();
        List<Case> asTheyAre = new ArrayList<>();
        List<Case> overfull = new ArrayList<>();
        List<Case> three = new ArrayList<>();
        List<Whole> whole = new ArrayList<>();
        for (int workloads : new int[] {Math.min(most, 10_000), large}) {
            progress.accept(workloads + " workloads");
            for (Regime regime : FITTING) {
                Fleets fleet = Fleets.draw(regime, workloads, SITES, 1, SEED);
                cases.add(measure(regime, fleet, damped, RUNS));
                whole.add(WholePlans.measure(regime, fleet, RUNS));
                asTheyAre.add(measure(regime, fleet, once, RUNS));
                Fleets mixed = Fleets.draw(regime, workloads, SITES, 3, SEED);
                three.add(measure(regime, mixed, damped, 3));
            }
            Fleets crowd = Fleets.draw(Regime.OVERFULL, workloads, SITES, 1, SEED);
            overfull.add(measure(Regime.OVERFULL, crowd, damped, RUNS));
            whole.add(WholePlans.measure(Regime.OVERFULL, crowd, RUNS));
        }
        if (most > large) {
            for (Regime regime : FITTING) {
                progress.accept(most + " workloads, " + name(regime));
                Fleets fleet = Fleets.draw(regime, most, SITES, 1, SEED);
                cases.add(measure(regime, fleet, damped, 2));
                if (regime == Regime.TIGHT) {
                    whole.add(WholePlans.measure(regime, fleet, 1));
                }
            }
        }
        progress.accept("72 hours");
        Decided decisions = new DecisionTimes(Math.min(most, 10_000), SITES).measure(large / 10);
        Case herd = cases.get(FITTING.size() + 1);
        return new ReplanReport(
                "replan",
                herd.costEur() / herd.stayEur(),
                herd.costEur(),
                herd.stayEur(),
                "EUR",
                cold,
                cases,
                asTheyAre,
                overfull,
                three,
                whole,
                ReplanOverTime.run(Math.min(most, 10_000), SITES, SEED),
                ReplanNewcomers.run(Math.min(most, 10_000), SITES, SEED),
                arrival(),
                decisions,
                goals(cases, whole, decisions));
    }

    /** Of time only what is so large as the goals say. */
    private static List<Goal> goals(List<Case> cases, List<Whole> whole, Decided decisions) {
        List<Goal> goals = new ArrayList<>();
        for (int workloads : new int[] {10_000, 100_000}) {
            cases.stream()
                    .filter(one -> one.workloads() == workloads)
                    .mapToDouble(Case::gapPercent)
                    .max()
                    .ifPresent(
                            gap ->
                                    goals.add(
                                            new Goal(
                                                    "gap to the proven bound, "
                                                            + workloads
                                                            + " x 20, the worst regime",
                                                    gap,
                                                    0.1,
                                                    "%")));
        }
        for (boolean fits : new boolean[] {true, false}) {
            whole.stream()
                    .filter(one -> one.workloads() == 100_000)
                    .filter(one -> fits != one.regime().equals(name(Regime.OVERFULL)))
                    .mapToDouble(Whole::cpuSeconds)
                    .max()
                    .ifPresent(
                            seconds ->
                                    goals.add(
                                            new Goal(
                                                    "all of a re-plan, 100000 x 20, "
                                                            + (fits
                                                                    ? "the worst regime"
                                                                    : "a fleet that doesn't fit"),
                                                    seconds,
                                                    fits ? 0.3 : 1.2,
                                                    "s")));
        }
        goals.add(
                new Goal(
                        "one arrival, decided and explained; 1 in 1,000 takes longer",
                        decisions.arrivalMost() / 1_000,
                        1,
                        "ms"));
        goals.add(new Goal("one detection, likewise", decisions.detectionMost() / 1_000, 1, "ms"));
        return goals;
    }

    private static double cold(int workloads) {
        Fleets fleet = Fleets.draw(Regime.TIGHT, workloads, SITES, 1, SEED);
        long begun = System.nanoTime();
        FleetPlanner.plan(fleet.rows(), fleet.sites(), FleetSettings.DEFAULT, 0);
        return (System.nanoTime() - begun) / 1e9;
    }

    private static Case measure(Regime regime, Fleets fleet, FleetSettings settings, int runs) {
        double[] wall = new double[runs];
        double[] cpu = new double[runs];
        long bytes = 0;
        long[] ended = new long[Stage.values().length];
        long begun = 0;
        FleetPlan plan = null;
        for (int run = 0; run < runs; run++) {
            long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
            long used = THREADS.getCurrentThreadCpuTime();
            begun = System.nanoTime();
            plan =
                    FleetPlanner.plan(
                            fleet.rows(),
                            fleet.sites(),
                            settings,
                            0,
                            stage -> ended[stage.ordinal()] = System.nanoTime());
            wall[run] = (System.nanoTime() - begun) / 1e9;
            cpu[run] = (THREADS.getCurrentThreadCpuTime() - used) / 1e9;
            bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocated;
        }
        int workloads = fleet.rows().size();
        int resources = fleet.sites().capacity().length;
        double gap = resources == 1 ? plan.gapPercent() : plan.gapPercent(PROOF);
        double bound = resources == 1 ? plan.boundEur() : plan.costEur() / (1 + gap / 100);
        return new Case(
                name(regime),
                workloads,
                SITES,
                Arrays.stream(wall).min().orElseThrow(),
                median(cpu),
                gap,
                plan.moves(),
                plan.waiting(),
                plan.costEur(),
                bound,
                plan.stayEur(),
                100 * (plan.stayEur() - bound) / bound,
                100 * (fleet.greedyEur(settings.kappa(), plan) - bound) / bound,
                (double) plan.bids() / workloads,
                fleet.rows().bytes() / workloads + bytes / workloads,
                new Parts(
                        (ended[0] - begun) / 1e9,
                        (ended[1] - ended[0]) / 1e9,
                        (ended[2] - ended[1]) / 1e9,
                        (ended[3] - ended[2]) / 1e9));
    }

    /** Microseconds for one workload at a site of 20, with room and prices as after a plan. */
    private static double arrival() {
        Fleets fleet = Fleets.draw(Regime.HERD, 10_000, SITES, 3, SEED);
        FleetPlan plan = FleetPlanner.plan(fleet.rows(), fleet.sites(), FleetSettings.DEFAULT, 0);
        double[][] free = plan.free();
        double[] demand = {4_000, 16 << 20, 60_000};
        int decisions = 200_000;
        double[] cost = new double[SITES];
        long sum = 0;
        long begun = 0;
        for (int i = -decisions; i < decisions; i++) {
            if (i == 0) {
                begun = System.nanoTime();
            }
            for (int k = 0; k < SITES; k++) {
                cost[k] = 0.06 * fleet.sites().eurPerKw()[0][(k + i & 15) % SITES];
            }
            sum += Arrival.choose(demand, cost, plan.prices(), free, fleet.sites().capacity());
        }
        double micros = (System.nanoTime() - begun) / 1e3 / decisions;
        if (sum < 0) {
            throw new IllegalStateException("no site had room");
        }
        return micros;
    }

    private static String name(Regime regime) {
        return regime.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
