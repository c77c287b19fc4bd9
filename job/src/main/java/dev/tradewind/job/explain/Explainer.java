package dev.tradewind.job.explain;

import dev.tradewind.job.rules.Edge;
import dev.tradewind.job.rules.Replay;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Condition.Measure;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.Detection;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.sources.readings.Sample;
import java.util.ArrayList;
import java.util.List;

/** Replays a history through one rule of a catalog and says what the rule made of it. */
public final class Explainer {
    private final Catalog catalog;
    private final Rule rule;
    private final long staleAfterMillis;
    private final long from;
    private final long to;
    private final Recording recording;

    private Explainer(
            Catalog catalog,
            Rule rule,
            List<Site> sites,
            long staleAfterMillis,
            List<Sample> history) {
        this.catalog = catalog;
        this.rule = rule;
        this.staleAfterMillis = staleAfterMillis;
        this.from = history.stream().mapToLong(Sample::eventMillis).min().orElse(0);
        this.to = history.stream().mapToLong(Explainer::end).max().orElse(0);
        this.recording = new Recording(from);
        boolean alone = rule.conditions().stream().allMatch(condition -> condition.at() == null);
        Catalog enough =
                new Catalog(
                        catalog.version(),
                        alone ? sites : catalog.sites(),
                        catalog.policies(),
                        List.of(rule));
        Replay.run(enough, staleAfterMillis, history, to - 1, recording);
    }

    /**
     * @param sites of which to tell; the rule looks at them
     * @param history whatever was sent, of any series
     * @param staleAfterMillis a site's own reading gives way to its zone's when it has ended for so
     *     long, where the rule names no {@code maxGap}
     */
    public static Explanation explain(
            Catalog catalog,
            Rule rule,
            List<Site> sites,
            List<Sample> history,
            long staleAfterMillis) {
        return new Explainer(catalog, rule, sites, staleAfterMillis, history).of(sites);
    }

    /** The sites that a rule looks at. */
    public static List<Site> sites(Catalog catalog, Rule rule) {
        return selected(catalog, rule.sites());
    }

    private static long end(Sample sample) {
        return sample.isForecast() ? sample.generatedMillis() : sample.endMillis();
    }

    private static List<Site> selected(Catalog catalog, String selector) {
        SitePredicate predicate = SitePredicate.compile(selector);
        return catalog.sites().stream().filter(predicate::test).toList();
    }

    private Explanation of(List<Site> sites) {
        List<String> names = sites.stream().map(Site::name).toList();
        return new Explanation(
                rule,
                from,
                to,
                sites.stream().map(this::at).toList(),
                recording.detections().stream()
                        .filter(detection -> names.contains(detection.site()))
                        .toList());
    }

    private AtSite at(Site site) {
        List<Lane> lanes =
                rule.conditions().stream().map(condition -> lane(condition, site)).toList();
        return new AtSite(
                site.name(),
                site.zone(),
                lanes,
                Phases.lowWhere(
                        recording.phases(site.name(), to),
                        lanes.get(0).phases().stream()
                                .filter(phase -> phase.state() != Phase.State.UNKNOWN)
                                .toList()),
                episodes(site.name(), lanes),
                NearMisses.of(rule, lanes, recording.edges(site.name()), from, to));
    }

    private Lane lane(Condition condition, Site site) {
        List<Site> looked =
                condition.at() == null ? List.of(site) : selected(catalog, condition.at());
        List<Track> tracks = looked.stream().map(one -> track(condition, one)).toList();
        return new Lane(
                condition, tracks, Phases.furthest(tracks.stream().map(Track::phases).toList()));
    }

    private Track track(Condition condition, Site site) {
        long stale = condition.maxGapMillis() == null ? staleAfterMillis : condition.maxGapMillis();
        List<Piece> pieces =
                Pieces.of(
                        condition,
                        recording.ofSite(site.name(), condition.part()),
                        recording.ofZone(site.zone(), condition.part()),
                        condition.forecast() ? 0 : stale,
                        to);
        List<Phase> told = recording.level(site.name(), condition.part(), to);
        return new Track(site.name(), pieces, Phases.lowWhere(told, known(condition, pieces)));
    }

    private List<Phase> known(Condition condition, List<Piece> pieces) {
        if (condition.measure() == Measure.SILENCE) {
            return List.of(new Phase(Phase.State.LOW, from, to));
        }
        long patience =
                condition.maxGapMillis() == null ? Long.MAX_VALUE : condition.maxGapMillis();
        return Phases.known(pieces, condition.forecast() ? 0 : patience, to);
    }

    private List<Episode> episodes(String site, List<Lane> lanes) {
        List<Episode> episodes = new ArrayList<>();
        List<Edge> edges = recording.edges(site);
        Edge rose = null;
        Edge fired = null;
        List<Detection> ofSite =
                recording.detections().stream().filter(d -> d.site().equals(site)).toList();
        int told = 0;
        for (Edge edge : edges) {
            // Only what was told as a detection is one.
            if (edge.kind() == Edge.Kind.HELD
                    && fired == null
                    && told < ofSite.size()
                    && ofSite.get(told).at().toEpochMilli() == edge.atMillis()) {
                fired = edge;
                told++;
            } else if (edge.kind() != Edge.Kind.HELD && fired != null) {
                episodes.add(episode(rose, fired, edge, lanes));
                fired = null;
                told++;
            }
            if (edge.kind() == Edge.Kind.HIGH) {
                rose = edge;
            }
        }
        if (fired != null) {
            episodes.add(episode(rose, fired, null, lanes));
        }
        return List.copyOf(episodes);
    }

    private Episode episode(Edge rose, Edge fired, Edge over, List<Lane> lanes) {
        // What follows decides of a sequence.
        Lane lane = lanes.get(Math.min(1, lanes.size() - 1));
        long begin =
                rule.shape() == Rule.Shape.SEQUENCE
                        ? fired.atMillis()
                        : Math.min(rose.atMillis(), fired.onsetMillis());
        long end = over == null ? to : over.atMillis();
        boolean silence = lane.condition().measure() == Measure.SILENCE;
        return new Episode(
                fired.onsetMillis(),
                rose.atMillis(),
                fired.atMillis(),
                end,
                over == null
                        ? Episode.End.OPEN
                        : over.kind() == Edge.Kind.LOW ? Episode.End.BACK : Episode.End.UNKNOWN,
                fired.value(),
                silence
                        ? null
                        : Pieces.furthest(lane.condition(), lane.tracks(), begin, end).orElse(null),
                silence ? 0 : dips(lane, begin, end),
                said(lane, fired.atMillis()));
    }

    private static int dips(Lane lane, long from, long to) {
        int dips = 0;
        for (Track track : lane.tracks()) {
            boolean below = false;
            for (Piece piece : Pieces.between(track.pieces(), from, to)) {
                boolean reached = Pieces.reached(lane.condition(), piece);
                dips += below && reached ? 1 : 0;
                below = !reached;
            }
        }
        return dips;
    }

    private static Long said(Lane lane, long at) {
        return lane.tracks().stream()
                .flatMap(track -> Pieces.between(track.pieces(), at, at + 1).stream())
                .map(Piece::saidMillis)
                .findFirst()
                .orElse(null);
    }
}
