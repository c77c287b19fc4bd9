package dev.tradewind.job.plan;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.cel.SitePredicate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The sites of a catalog under a workload's hard limits, each with what speaks against it. Sites
 * come in the order in which ties break: as preferred, then the topics' home, then by name.
 */
public final class Candidates {
    /**
     * @param limits why it may never be there while things are as declared; empty where it may
     * @param shut why it may not be there for now, such as an evacuation; null where it may
     * @param full what it lacks room for; null where there is room
     */
    public record Candidate(Site site, List<String> limits, String shut, String full) {

        public String name() {
            return site.name();
        }

        /** It may be there as far as limits and evacuations go; room apart. */
        public boolean allowed() {
            return limits.isEmpty() && shut == null;
        }

        public boolean open() {
            return allowed() && full == null;
        }

        /** Everything that speaks against it; null where nothing does. */
        public String excluded() {
            List<String> reasons = new ArrayList<>(limits);
            if (shut != null) {
                reasons.add(shut);
            }
            if (full != null) {
                reasons.add(full);
            }
            return reasons.isEmpty() ? null : String.join("; ", reasons);
        }
    }

    public static final Candidates NONE = new Candidates(List.of(), site -> List.of());

    private final List<Candidate> all;

    /** What a site lacks, in a word each, its room and evacuations apart. */
    private final Function<Site, List<String>> lacks;

    private Candidates(List<Candidate> all, Function<Site, List<String>> lacks) {
        this.all = all;
        this.lacks = lacks;
    }

    /**
     * @param room free at a site, the workload's own share there counted as free
     * @param shut sites that are closed to this workload for now, each with the reason
     */
    public static Candidates of(
            Catalog catalog,
            WorkloadSpec spec,
            WorkloadFacts facts,
            Function<Site, Room> room,
            Map<String, String> shut) {
        SitePredicate predicate = spec.sites() == null ? null : SitePredicate.compile(spec.sites());
        List<Candidate> all = new ArrayList<>();
        for (Site site : catalog.sites()) {
            all.add(
                    new Candidate(
                            site,
                            limits(catalog, site, facts, predicate),
                            shut.get(site.name()),
                            full(facts, room.apply(site))));
        }
        List<String> order = new ArrayList<>(spec.prefer() == null ? List.of() : spec.prefer());
        if (spec.topics() != null && spec.topics().home() != null) {
            order.add(spec.topics().home());
        }
        all.sort(
                Comparator.comparingInt((Candidate c) -> rank(order, c.name()))
                        .thenComparing(Candidate::name));
        return new Candidates(List.copyOf(all), site -> lacks(catalog, site, facts, predicate));
    }

    public List<Candidate> all() {
        return all;
    }

    /** Where it may go now. */
    public List<Candidate> open() {
        return all.stream().filter(Candidate::open).toList();
    }

    /** Where it may go if room is left out of account. */
    public List<Candidate> allowed() {
        return all.stream().filter(Candidate::allowed).toList();
    }

    public Optional<Candidate> site(String name) {
        return all.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    /**
     * Why no site is left, naming the one that comes nearest: that which lacks least, and room is
     * the least to lack.
     */
    public String nearestMiss() {
        return all.isEmpty() ? "the catalog has no site" : "no site will do; " + nearest(all);
    }

    /** The same of all sites but the one that is to be left. */
    public String nearestMissBut(String left) {
        List<Candidate> others = all.stream().filter(c -> !c.name().equals(left)).toList();
        return others.isEmpty()
                ? "the catalog has no other site"
                : "no other site will do; " + nearest(others);
    }

    private String nearest(List<Candidate> among) {
        Candidate nearest = null;
        List<String> lacking = List.of();
        int least = Integer.MAX_VALUE;
        for (Candidate candidate : among) {
            List<String> names = new ArrayList<>(lacks.apply(candidate.site()));
            int distance = 2 * names.size();
            if (candidate.shut() != null) {
                distance += 2;
            }
            if (candidate.full() != null) {
                names.add("room");
                distance++;
            }
            if (distance < least) {
                nearest = candidate;
                lacking = names;
                least = distance;
            }
        }
        String but =
                (lacking.isEmpty() ? "" : " but for " + String.join(" and ", lacking))
                        + (nearest.shut() == null
                                ? ""
                                : lacking.isEmpty() ? ", but not now" : ", and not now");
        return nearest.name()
                + " would do"
                + (but.isEmpty() ? "" : but + ": " + nearest.excluded());
    }

    private static List<String> lacks(
            Catalog catalog, Site site, WorkloadFacts facts, SitePredicate predicate) {
        List<String> names = new ArrayList<>();
        if (predicate != null && !predicate.test(site)) {
            List<String> blamed = predicate.blame(site);
            names.addAll(blamed.isEmpty() ? List.of("what it asks of sites") : blamed);
        }
        List<String> missing = new ArrayList<>(facts.siteValues());
        missing.removeAll(siteValues(site).keySet());
        names.addAll(missing);
        if (site.drain()) {
            names.add("drain");
        }
        if (isTooFar(catalog, site, facts)) {
            names.add("latency");
        }
        return names;
    }

    private static boolean isTooFar(Catalog catalog, Site site, WorkloadFacts facts) {
        if (facts.latencyTo() == null || facts.latencyTo().equals(site.name())) {
            return false;
        }
        Double latency = latency(catalog, site, facts.latencyTo());
        return latency == null || latency > facts.latencyWithinMillis();
    }

    private static int rank(List<String> order, String name) {
        int index = order.indexOf(name);
        return index < 0 ? Integer.MAX_VALUE : index;
    }

    /**
     * What manifests may say of a site out of the catalog, keyed without the leading {@code site.}.
     */
    public static Map<String, String> siteValues(Site site) {
        Map<String, String> values = new HashMap<>();
        if (site.zone() != null) {
            values.put("zone", site.zone());
        }
        site.values().forEach((name, value) -> values.put("values." + name, value));
        site.labels().forEach((name, value) -> values.put("labels." + name, value));
        return values;
    }

    private static List<String> limits(
            Catalog catalog, Site site, WorkloadFacts facts, SitePredicate predicate) {
        List<String> limits = new ArrayList<>();
        if (predicate != null) {
            predicate.whyNot(site).ifPresent(limits::add);
        }
        List<String> missing = new ArrayList<>(facts.siteValues());
        missing.removeAll(siteValues(site).keySet());
        if (!missing.isEmpty()) {
            limits.add("it has no " + String.join(", ", missing) + ", which the manifests ask for");
        }
        if (site.drain()) {
            limits.add("it is being drained");
        }
        if (facts.latencyTo() != null && !facts.latencyTo().equals(site.name())) {
            Double latency = latency(catalog, site, facts.latencyTo());
            if (latency == null) {
                limits.add("its latency to " + facts.latencyTo() + " is not known");
            } else if (latency > facts.latencyWithinMillis()) {
                limits.add(
                        "it is "
                                + number(latency)
                                + " ms from "
                                + facts.latencyTo()
                                + ", over "
                                + number(facts.latencyWithinMillis())
                                + " ms");
            }
        }
        return limits;
    }

    /** As the site declares it, else as the other one does: a link is as long both ways. */
    private static Double latency(Catalog catalog, Site site, String to) {
        Double own = site.latencyMillis().get(to);
        return own != null
                ? own
                : catalog.site(to).map(s -> s.latencyMillis().get(site.name())).orElse(null);
    }

    private static String full(WorkloadFacts facts, Room room) {
        List<String> lacks = new ArrayList<>();
        lack(lacks, facts.cpuCores(), room.cpuCores(), 1, "cores");
        lack(lacks, facts.memoryBytes(), room.memoryBytes(), 0x1p30, "GiB");
        lack(lacks, facts.powerWatts(), room.powerWatts(), 1_000, "kW");
        return lacks.isEmpty() ? null : "it has only " + String.join(" and ", lacks) + " free";
    }

    private static void lack(
            List<String> lacks, double needed, double free, double unit, String name) {
        if (!Room.fits(needed, free)) {
            lacks.add(
                    number(Math.max(0, free) / unit)
                            + " of the "
                            + number(needed / unit)
                            + " "
                            + name
                            + " needed");
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3g", value);
    }
}
