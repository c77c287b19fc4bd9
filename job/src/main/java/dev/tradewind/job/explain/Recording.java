package dev.tradewind.job.explain;

import dev.tradewind.job.rules.Edge;
import dev.tradewind.job.rules.Look;
import dev.tradewind.job.rules.Replay;
import dev.tradewind.model.catalog.Condition.Part;
import dev.tradewind.model.wire.Detection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the replay of one rule tells, kept in order. */
final class Recording implements Replay.Listener {
    private final long from;
    private final Map<String, List<Look>> looks = new HashMap<>();
    private final Map<String, Phases> levels = new HashMap<>();
    private final Map<String, List<Edge>> whole = new HashMap<>();
    private final List<Detection> detections = new ArrayList<>();

    Recording(long from) {
        this.from = from;
    }

    @Override
    public void looked(Look look) {
        List<Look> of =
                looks.computeIfAbsent(
                        key(
                                look.series().isZone(),
                                look.series().subject(),
                                look.condition().part()),
                        key -> new ArrayList<>());
        // A correction.
        if (!of.isEmpty() && of.get(of.size() - 1).startMillis() == look.startMillis()) {
            of.remove(of.size() - 1);
        }
        of.add(look);
    }

    @Override
    public void level(Edge edge) {
        Part part = edge.part() == null ? Part.WHOLE : edge.part();
        levels.computeIfAbsent(key(false, edge.site(), part), key -> new Phases(from)).take(edge);
    }

    @Override
    public void rule(Edge edge) {
        whole.computeIfAbsent(edge.site(), site -> new ArrayList<>()).add(edge);
    }

    @Override
    public void detected(Detection detection) {
        detections.add(detection);
    }

    List<Detection> detections() {
        return detections;
    }

    List<Look> ofSite(String site, Part part) {
        return looks.getOrDefault(key(false, site, part), List.of());
    }

    /**
     * @param zone or null
     */
    List<Look> ofZone(String zone, Part part) {
        return looks.getOrDefault(key(true, zone, part), List.of());
    }

    List<Phase> level(String site, Part part, long to) {
        return levels.getOrDefault(key(false, site, part), new Phases(from)).until(to);
    }

    /** Of the rule as a whole. */
    List<Edge> edges(String site) {
        return whole.getOrDefault(site, List.of());
    }

    List<Phase> phases(String site, long to) {
        Phases phases = new Phases(from);
        edges(site).forEach(phases::take);
        return phases.until(to);
    }

    private static String key(boolean zone, String subject, Part part) {
        return (zone ? "zone/" : "site/") + subject + "#" + part;
    }
}
