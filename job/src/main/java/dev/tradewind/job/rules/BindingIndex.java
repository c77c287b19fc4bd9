package dev.tradewind.job.rules;

import dev.tradewind.job.rules.SeriesBinding.Bound;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.rules.cel.Sites;
import dev.tradewind.sources.readings.Series;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which rules of a catalog look at which series, and for which sites. It never changes. */
final class BindingIndex {
    /** Those that are in use in this process, so that its operators have one and not one each. */
    private static final List<WeakReference<BindingIndex>> IN_USE = new ArrayList<>();

    private final Catalog catalog;
    private final Set<String> sites = new HashSet<>();
    private final Set<String> zones = new HashSet<>();
    private final Set<String> signals = new HashSet<>(SignalNames.known().keySet());
    private final Map<String, SeriesBinding> bound = new HashMap<>();
    private final Map<String, Looking> sequences = new HashMap<>();
    private final SeriesBinding noneOfZone = SeriesBinding.none(true);
    private final SeriesBinding noneOfSite = SeriesBinding.none(false);

    // Only while it is made.
    private Sites all;
    private final Map<String, Selection> selections = new HashMap<>();
    private final Map<List<Site>, Selection> ofChosen = new IdentityHashMap<>();
    private final Map<String, Map<String, String>> siteKeys = new HashMap<>();
    private final Map<String, Map<String, String>> zoneKeys = new HashMap<>();
    private final Map<String, List<Bound>> lists = new HashMap<>();
    private final Map<String, Set<String>> readers = new HashMap<>();
    private final Set<String> watched = new LinkedHashSet<>();

    /**
     * The sites that a selector holds for.
     *
     * @param alone by site the list of it alone: what many rules have in common is kept once
     */
    private record Selection(
            List<Site> sites, Map<String, List<String>> byZone, Map<String, List<String>> alone) {}

    /**
     * @param sites the keys
     */
    private record Looking(String version, Map<String, List<String>> sites) {}

    /**
     * That of a catalog: with many rules and sites it is the largest thing that the rules keep, and
     * takes some time to make.
     */
    static BindingIndex shared(Catalog catalog) {
        synchronized (IN_USE) {
            IN_USE.removeIf(used -> used.get() == null);
            for (WeakReference<BindingIndex> used : IN_USE) {
                BindingIndex index = used.get();
                if (index != null && index.catalog.equals(catalog)) {
                    return index;
                }
            }
            BindingIndex made = new BindingIndex(catalog);
            IN_USE.add(new WeakReference<>(made));
            return made;
        }
    }

    /**
     * @throws IllegalArgumentException where a rule's selector doesn't compile; the parser of the
     *     catalog has seen to it that it does
     */
    BindingIndex(Catalog catalog) {
        this.catalog = catalog;
        all = new Sites(catalog.sites());
        for (Site site : catalog.sites()) {
            sites.add(site.name());
            if (site.zone() != null) {
                zones.add(site.zone());
            }
        }
        List<Rule> rules = new ArrayList<>(catalog.rules());
        rules.sort(Comparator.comparing(Rule::name));
        for (Rule rule : rules) {
            RuleFacts facts = RuleFacts.of(rule, catalog.version());
            rule.conditions().forEach(condition -> bind(rule, facts, condition));
            if (rule.shape() == Rule.Shape.SEQUENCE) {
                sequences.put(
                        rule.name(), new Looking(rule.version(), selection(rule.sites()).alone()));
            }
        }
        Set<String> keys = new LinkedHashSet<>(lists.keySet());
        keys.addAll(readers.keySet());
        for (String key : keys) {
            Series series = Series.ofKey(key);
            List<Bound> list = List.copyOf(lists.getOrDefault(key, List.of()));
            bound.put(
                    key,
                    new SeriesBinding(
                            series.isZone(),
                            !series.isZone() && !Derived.is(series),
                            list,
                            SeriesBinding.historySteps(list),
                            List.copyOf(readers.getOrDefault(key, Set.of())),
                            watched.contains(key)));
        }
        all = null;
        selections.clear();
        ofChosen.clear();
        siteKeys.clear();
        zoneKeys.clear();
        lists.clear();
        readers.clear();
    }

    String catalogVersion() {
        return catalog.version();
    }

    /**
     * The rules that look at a series; null where the catalog has neither the subject nor a use for
     * the signal.
     */
    SeriesBinding of(Series series) {
        SeriesBinding binding = bound.get(series.key());
        if (binding != null) {
            return binding;
        }
        String signal = series.signal();
        String plain =
                signal.endsWith(Series.MARGINAL)
                        ? signal.substring(0, signal.length() - Series.MARGINAL.length())
                        : signal;
        if (!signals.contains(plain)
                || !(series.isZone() ? zones : sites).contains(series.subject())) {
            return null;
        }
        return series.isZone() ? noneOfZone : noneOfSite;
    }

    /** Whether a sequence of this name and version looks at a site. */
    boolean isSequence(String rule, String version, String site) {
        Looking looking = sequences.get(rule);
        return looking != null
                && looking.version().equals(version)
                && looking.sites().containsKey(site);
    }

    /** The series that are waited for though nothing was ever heard of them. */
    Set<String> watched() {
        return watched;
    }

    private void bind(Rule rule, RuleFacts facts, Condition condition) {
        Selection looking = selection(rule.sites());
        List<String> subjects = condition.at() == null ? null : names(looking.sites());
        Selection looked = condition.at() == null ? looking : selection(condition.at());
        boolean silence = condition.measure() == Condition.Measure.SILENCE;
        if (condition.expression() != null) {
            Derived derived = Derived.of(condition.expression());
            signals.addAll(derived.signals());
            for (Site site : looked.sites()) {
                List<String> alone = looked.alone().get(site.name());
                add(
                        derived.series(site.name()).key(),
                        new Bound(facts, condition, alone, subjects),
                        silence);
                for (String signal : derived.signals()) {
                    reads(ofSite(site.name(), signal), site);
                    if (site.zone() != null) {
                        reads(ofZone(site.zone(), signal), site);
                    }
                }
            }
            return;
        }
        signals.add(condition.signal());
        for (Site site : looked.sites()) {
            List<String> alone = looked.alone().get(site.name());
            add(
                    ofSite(site.name(), condition.signal()),
                    new Bound(facts, condition, alone, subjects),
                    silence && site.zone() == null);
        }
        looked.byZone()
                .forEach(
                        (zone, names) ->
                                add(
                                        ofZone(zone, condition.signal()),
                                        new Bound(facts, condition, names, subjects),
                                        silence));
    }

    private void add(String series, Bound one, boolean watch) {
        lists.computeIfAbsent(series, key -> new ArrayList<>()).add(one);
        if (watch) {
            watched.add(series);
        }
    }

    private void reads(String series, Site site) {
        readers.computeIfAbsent(series, key -> new LinkedHashSet<>()).add(site.name());
    }

    /** The key of a series: a thousand rules look at one, which is put together once. */
    private String ofSite(String site, String signal) {
        return siteKeys.computeIfAbsent(signal, s -> new HashMap<>())
                .computeIfAbsent(site, s -> Series.ofSite(s, signal).key());
    }

    private String ofZone(String zone, String signal) {
        return zoneKeys.computeIfAbsent(signal, s -> new HashMap<>())
                .computeIfAbsent(zone, z -> Series.ofZone(z, signal).key());
    }

    /** Many rules have one selector, and many selectors choose the same sites. */
    private Selection selection(String selector) {
        return selections.computeIfAbsent(
                selector,
                text ->
                        ofChosen.computeIfAbsent(
                                all.where(SitePredicate.compile(text)), BindingIndex::selection));
    }

    private static Selection selection(List<Site> chosen) {
        Map<String, List<String>> byZone =
                chosen.stream()
                        .filter(site -> site.zone() != null)
                        .collect(
                                Collectors.groupingBy(
                                        Site::zone,
                                        Collectors.mapping(
                                                Site::name, Collectors.toUnmodifiableList())));
        Map<String, List<String>> alone = new HashMap<>();
        chosen.forEach(site -> alone.put(site.name(), List.of(site.name())));
        return new Selection(chosen, byZone, alone);
    }

    private static List<String> names(List<Site> sites) {
        return sites.stream().map(Site::name).sorted().toList();
    }
}
