package dev.tradewind.cli.bench;

import dev.tradewind.cli.bench.DetectionReport.Case;
import dev.tradewind.cli.bench.DetectionReport.Compared;
import dev.tradewind.cli.bench.DetectionRuns.Run;
import dev.tradewind.testbed.kafka.Broker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Readings a second from a real broker through decoding, folding and flink-cep to detections: the
 * job's own graph, against plain flink-cep, one pattern a rule, on every sample. Both decode the
 * same JSON by the same code from the same broker in this JVM, with the same rules, and must find
 * the same: rule, site and instant of each detection are compared before a figure is made of any.
 *
 * <p>Plain flink-cep is slow and gets but the beginning of each topic; its rate counts. How fast
 * the same source reads the same bytes and throws them away says what there is to be had at all.
 */
public final class DetectionBench {
    /**
     * How long signals are over the thresholds.
     *
     * @param percent of the time
     * @param period in readings of a series; there is one episode in it
     */
    public record Over(int percent, int period) {}

    /**
     * How many rules, of the shapes that plain flink-cep can say.
     *
     * @param atSite how many of them look at each site; a divisor of all
     */
    public record Rules(int all, int atSite) {
        /** Sites fall into so many groups, each with rules of its own. */
        int groups() {
            return all / atSite;
        }
    }

    /**
     * How much is measured.
     *
     * @param readings of each topic
     * @param rivalReadings of them that plain flink-cep reads each time
     * @param comparedReadings of them that it reads once more, uncounted, to compare what is found
     * @param rounds each case is run so often
     * @param rules the first is what plain flink-cep is compared with, and an operator each there
     * @param loads a topic each; the first is the one whose figures are on top
     * @param allShapes whether rules of the shapes that plain flink-cep can't say are there, too
     * @param profile whether a profile is taken at the end
     */
    public record Plan(
            int readings,
            int rivalReadings,
            int comparedReadings,
            int rounds,
            List<Over> loads,
            List<Integer> parallelisms,
            List<Rules> rules,
            boolean allShapes,
            boolean profile) {

        /** About twenty minutes. */
        public static Plan whole(int readings) {
            return new Plan(
                    readings,
                    readings / 60,
                    readings / 5,
                    3,
                    List.of(
                            new Over(10, 1_000),
                            new Over(1, 1_000),
                            new Over(50, 1_000),
                            new Over(10, 100)),
                    List.of(1, 2),
                    List.of(new Rules(20, 20), new Rules(1_000, 20), new Rules(1_000, 50)),
                    true,
                    true);
        }

        /** Too short for figures: it only shows that both find the same. */
        public static Plan quick() {
            return new Plan(
                    150_000,
                    60_000,
                    60_000,
                    1,
                    List.of(new Over(10, 100)),
                    List.of(2),
                    List.of(new Rules(20, 20)),
                    false,
                    false);
        }
    }

    private static final Rules TOP_RULES = new Rules(20, 20);

    /** As many at each site, but of a thousand. */
    private static final Rules THOUSAND = new Rules(1_000, 20);

    private static final int TOP_PARALLELISM = 2;
    private static final int WARM_UPS = 4;

    private record Key(Rules rules, boolean allShapes, Over over, int parallelism) {}

    private final Plan plan;
    private final Consumer<String> progress;
    private final Map<Over, DetectionLoad> loads = new HashMap<>();
    private final Map<Key, List<Run>> ours = new HashMap<>();
    private final Map<Key, List<Run>> plain = new HashMap<>();
    private final Map<Integer, List<Run>> discard = new HashMap<>();

    /**
     * @param progress takes a line about what is done now
     */
    public DetectionBench(Plan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
        for (Over over : plan.loads) {
            loads.put(over, new DetectionLoad(over.percent, over.period, plan.readings));
        }
    }

    /**
     * @throws IllegalStateException where the two sides don't find the same
     */
    public DetectionReport run() throws Exception {
        List<Key> keys = keys();
        try (Broker broker = Broker.start("bench")) {
            DetectionRuns runs = new DetectionRuns(broker);
            for (DetectionLoad load : loads.values()) {
                progress.accept("writing " + load.readings() + " readings to " + load.topic());
                load.produce(broker);
            }
            progress.accept("warming up");
            warmUp(runs);
            List<Compared> compared = compare(runs);
            for (int round = 1; round <= plan.rounds; round++) {
                for (int parallelism : plan.parallelisms) {
                    add(discard, parallelism, runs.discard(loads.get(top()), parallelism));
                }
                for (Key key : keys) {
                    measure(runs, key);
                }
                progress.accept("round " + round + " of " + plan.rounds + " is done");
            }
            return report(keys, compared, plan.profile ? profiles(runs) : List.of());
        }
    }

    private List<Key> keys() {
        List<Key> keys = new ArrayList<>();
        for (Rules rules : plan.rules) {
            // More rules are compared with a few where the figures on top are of.
            for (Over over : rules.all > TOP_RULES.all ? List.of(top()) : plan.loads) {
                for (int parallelism : plan.parallelisms) {
                    keys.add(new Key(rules, false, over, parallelism));
                }
            }
            for (int parallelism : plan.parallelisms) {
                if (plan.allShapes) {
                    keys.add(new Key(rules, true, top(), parallelism));
                }
            }
        }
        return keys;
    }

    private Over top() {
        return plan.loads.get(0);
    }

    /**
     * Uncounted: in a fresh JVM the first ten million readings go at half the speed, and more are
     * compiled anew when the flight recorder is first started.
     */
    private void warmUp(DetectionRuns runs) throws Exception {
        if (plan.profile) {
            Profile.watch(() -> null);
        }
        if (plan.rounds > 1) {
            Key key = new Key(TOP_RULES, false, top(), TOP_PARALLELISM);
            for (int i = 0; i < WARM_UPS; i++) {
                runs.discard(loads.get(top()), TOP_PARALLELISM);
                ours(runs, key);
            }
            plain(runs, key);
            // Each other case once: else the first of its runs pays for code that only it needs.
            for (Key other : keys()) {
                if (other.parallelism == TOP_PARALLELISM && !other.equals(key)) {
                    ours(runs, other);
                }
            }
        }
    }

    /**
     * A rate needs few readings of plain flink-cep, a comparison many: the dips into and below the
     * hysteresis come in every second and every fourth period only.
     */
    private List<Compared> compare(DetectionRuns runs) throws Exception {
        List<Compared> compared = new ArrayList<>();
        if (plan.comparedReadings <= plan.rivalReadings) {
            return compared;
        }
        for (Over over : plan.loads) {
            Key key = new Key(TOP_RULES, false, over, TOP_PARALLELISM);
            DetectionLoad load = loads.get(over);
            List<Found> found = ours(runs, key, plan.comparedReadings).kept();
            same(key, found, plain(runs, key, plan.comparedReadings).kept());
            compared.add(
                    new Compared(
                            over.percent,
                            over.period,
                            load.readingsOf(plan.comparedReadings),
                            found.size()));
            progress.accept(key + ": both find the same " + found.size());
        }
        return compared;
    }

    private void measure(DetectionRuns runs, Key key) throws Exception {
        Run our = ours(runs, key);
        add(ours, key, our);
        progress.accept(key + ": " + Math.round(our.perSecond()) + "/s");
        // An operator a rule: a thousand of them are no job for one machine.
        if (key.rules.equals(TOP_RULES) && !key.allShapes) {
            Run rival = plain(runs, key);
            same(key, our.kept(), rival.kept());
            add(plain, key, rival);
            progress.accept("  plain flink-cep: " + Math.round(rival.perSecond()) + "/s");
        }
    }

    private Run ours(DetectionRuns runs, Key key) throws Exception {
        return ours(runs, key, plan.rivalReadings);
    }

    private Run ours(DetectionRuns runs, Key key, int keep) throws Exception {
        return runs.ours(loads.get(key.over), key.rules, key.allShapes, key.parallelism, keep);
    }

    private Run plain(DetectionRuns runs, Key key) throws Exception {
        return plain(runs, key, plan.rivalReadings);
    }

    private Run plain(DetectionRuns runs, Key key, int prefix) throws Exception {
        return runs.plain(loads.get(key.over), key.rules, key.parallelism, prefix);
    }

    private static void same(Key key, List<Found> ours, List<Found> plain) {
        if (ours.equals(plain)) {
            return;
        }
        List<Found> missed = new ArrayList<>(plain);
        ours.forEach(missed::remove);
        List<Found> extra = new ArrayList<>(ours);
        plain.forEach(extra::remove);
        throw new IllegalStateException(
                key
                        + ": of "
                        + plain.size()
                        + " detections of plain flink-cep "
                        + missed.size()
                        + " are missed, such as "
                        + missed.stream().limit(3).toList()
                        + "; "
                        + extra.size()
                        + " are found besides, such as "
                        + extra.stream().limit(3).toList());
    }

    private static <K> void add(Map<K, List<Run>> runs, K key, Run run) {
        runs.computeIfAbsent(key, k -> new ArrayList<>()).add(run);
    }

    /** Of ours and of plain flink-cep, the case on top. */
    private List<Map<String, Double>> profiles(DetectionRuns runs) throws Exception {
        progress.accept("taking a profile");
        Key key = new Key(TOP_RULES, false, top(), TOP_PARALLELISM);
        return List.of(
                Profile.watch(() -> ours(runs, key)).shares(),
                Profile.watch(() -> plain(runs, key)).shares());
    }

    private DetectionReport report(
            List<Key> keys, List<Compared> compared, List<Map<String, Double>> profiles) {
        List<Case> cases = keys.stream().map(this::toCase).toList();
        Case top = find(cases, TOP_RULES);
        Case thousand = find(cases, THOUSAND);
        DetectionLoad load = loads.get(top());
        return new DetectionReport(
                "detection",
                top.ratio(),
                top.ours(),
                top.rival(),
                "readings/s",
                load.readings(),
                load.readingsOf(plan.rivalReadings),
                plan.rounds,
                top.shareOfDiscard(),
                thousand == null ? null : thousand.ours() / top.ours(),
                cases,
                compared,
                profiles.isEmpty() ? null : profiles.get(0),
                profiles.isEmpty() ? null : profiles.get(1));
    }

    private Case find(List<Case> cases, Rules rules) {
        return cases.stream()
                .filter(
                        c ->
                                c.rules() == rules.all
                                        && c.atSite() == rules.atSite
                                        && !c.allShapes()
                                        && c.exceededPercent() == top().percent
                                        && c.period() == top().period
                                        && c.parallelism() == TOP_PARALLELISM)
                .findFirst()
                .orElse(null);
    }

    private Case toCase(Key key) {
        List<Run> our = ours.get(key);
        List<Run> rival = plain.get(key);
        List<Run> none = discard.get(key.parallelism);
        double rate = median(our, Run::perSecond);
        double discarded = median(none, Run::perSecond);
        Double rivals = rival == null ? null : median(rival, Run::perSecond);
        return new Case(
                key.rules.all,
                key.rules.atSite,
                key.allShapes,
                key.over.percent,
                key.over.period,
                key.parallelism,
                rate,
                rivals,
                rivals == null ? null : rate / rivals,
                discarded,
                rate / discarded,
                our.get(0).detections(),
                rival == null ? null : (long) rival.get(0).kept().size(),
                median(our, DetectionBench::nanos),
                median(our, DetectionBench::bytes),
                our.stream().mapToLong(Run::checkpoints).min().orElseThrow(),
                rival == null ? null : median(rival, DetectionBench::nanos),
                median(none, DetectionBench::nanos),
                median(none, DetectionBench::bytes));
    }

    private static double nanos(Run run) {
        return (double) run.costs().nanos() / run.readings();
    }

    private static double bytes(Run run) {
        return (double) run.costs().bytes() / run.readings();
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> of) {
        double[] sorted = runs.stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
