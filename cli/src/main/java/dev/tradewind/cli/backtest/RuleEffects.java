package dev.tradewind.cli.backtest;

import dev.tradewind.cli.signals.SignalHistory;
import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.job.rules.Replay;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.rules.text.Durations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What rules see in a history, and what it would have been without them. */
final class RuleEffects {
    private RuleEffects() {}

    /**
     * What a rule changed, all other rules being in force.
     *
     * @param fired detections, over all sites
     * @param moves and starts that it asked for
     * @param stays where it kept a workload, or asked and nothing was to be done
     * @param elsewhereHours hours in which a workload would have been elsewhere without it, or not
     *     at work
     * @param cost EUR with it
     * @param costWithout EUR had it not been there
     * @param effect what it cost (above 0) or saved (below), EUR
     * @param movesWithout moves of the fleet had it not been there
     */
    public record Effect(
            String rule,
            String version,
            String action,
            int fired,
            int moves,
            int stays,
            double elsewhereHours,
            double cost,
            double costWithout,
            double effect,
            int movesWithout) {}

    /** Everything that the rules of a catalog detect, in order of time: by the job's own core. */
    static List<Detection> detect(Catalog catalog, List<SignalRow> rows, long untilMillis) {
        if (catalog.rules().isEmpty()) {
            return List.of();
        }
        List<Detection> found = new ArrayList<>();
        Replay.run(
                catalog,
                Durations.parseMillis(TradewindOptions.STALE_AFTER.fallback()),
                SignalHistory.of(rows, catalog, Map.of()).samples(),
                untilMillis,
                new Replay.Listener() {
                    @Override
                    public void detected(Detection detection) {
                        found.add(detection);
                    }
                });
        found.sort(Comparator.comparing(Detection::at));
        return found;
    }

    static List<Detection> without(String rule, List<Detection> detections) {
        return detections.stream().filter(d -> !d.ruleId().equals(rule)).toList();
    }

    static Catalog without(String rule, Catalog catalog) {
        return new Catalog(
                catalog.version(),
                catalog.sites(),
                catalog.policies(),
                catalog.rules().stream().filter(r -> !r.name().equals(rule)).toList());
    }

    static Effect of(
            Rule rule,
            List<Detection> detections,
            FleetReplay.Asked asked,
            List<Track.Ride> with,
            List<Track.Ride> without) {
        int fired =
                (int)
                        detections.stream()
                                .filter(
                                        d ->
                                                d.ruleId().equals(rule.name())
                                                        && d.kind() == Detection.Kind.fired)
                                .count();
        double elsewhere = 0;
        for (int i = 0; i < with.size(); i++) {
            elsewhere += apart(with.get(i).stints(), without.get(i).stints()) / 3_600_000.0;
        }
        double cost = with.stream().mapToDouble(Track.Ride::eur).sum();
        double costWithout = without.stream().mapToDouble(Track.Ride::eur).sum();
        return new Effect(
                rule.name(),
                rule.version(),
                rule.then().name().toLowerCase(Locale.ROOT),
                fired,
                asked == null ? 0 : asked.moves(),
                asked == null ? 0 : asked.stays(),
                elsewhere,
                cost,
                costWithout,
                cost - costWithout,
                without.stream().mapToInt(Track.Ride::moves).sum());
    }

    /** Ms of the first that aren't at the same site in the second. */
    private static long apart(List<Stint> one, List<Stint> other) {
        long apart = 0;
        int next = 0;
        for (Stint stint : one) {
            long together = 0;
            while (next < other.size() && other.get(next).toMillis() <= stint.fromMillis()) {
                next++;
            }
            for (int i = next;
                    i < other.size() && other.get(i).fromMillis() < stint.toMillis();
                    i++) {
                if (other.get(i).site() == stint.site()) {
                    together +=
                            Math.min(stint.toMillis(), other.get(i).toMillis())
                                    - Math.max(stint.fromMillis(), other.get(i).fromMillis());
                }
            }
            apart += stint.toMillis() - stint.fromMillis() - together;
        }
        return apart;
    }
}
