package dev.tradewind.job.rules;

import dev.tradewind.job.rules.SeriesBinding.Bound;
import dev.tradewind.model.SignalNames;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.sources.readings.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which rules of a catalog look at which series, and for which sites. */
final class BindingIndex {
    private final String version;
    private final Set<String> sites = new HashSet<>();
    private final Set<String> zones = new HashSet<>();
    private final Set<String> signals = new HashSet<>(SignalNames.known().keySet());
    private final Map<String, SeriesBinding> bound = new HashMap<>();
    private final SeriesBinding noneOfZone = SeriesBinding.none(true);
    private final SeriesBinding noneOfSite = SeriesBinding.none(false);

    /**
     * @throws IllegalArgumentException where a rule's selector doesn't compile; the parser of the
     *     catalog has seen to it that it does
     */
    BindingIndex(Catalog catalog) {
        version = catalog.version();
        for (Site site : catalog.sites()) {
            sites.add(site.name());
            if (site.zone() != null) {
                zones.add(site.zone());
            }
        }
        Map<String, List<Bound>> lists = new HashMap<>();
        List<Rule> rules = new ArrayList<>(catalog.rules());
        rules.sort(Comparator.comparing(Rule::name));
        for (Rule rule : rules) {
            if (rule.shape() == Rule.Shape.SUSTAINED) {
                signals.add(rule.signal());
                bind(rule, catalog, lists);
            }
        }
        lists.forEach(
                (key, list) ->
                        bound.put(
                                key,
                                new SeriesBinding(Series.ofKey(key).isZone(), List.copyOf(list))));
    }

    String catalogVersion() {
        return version;
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

    private static void bind(Rule rule, Catalog catalog, Map<String, List<Bound>> lists) {
        RuleFacts facts = RuleFacts.of(rule, catalog.version());
        SitePredicate selector = SitePredicate.compile(rule.sites());
        Map<String, List<String>> byZone = new HashMap<>();
        for (Site site : catalog.sites()) {
            if (!selector.test(site)) {
                continue;
            }
            add(lists, Series.ofSite(site.name(), rule.signal()), facts, rule, site.name());
            if (site.zone() != null) {
                byZone.computeIfAbsent(site.zone(), zone -> new ArrayList<>()).add(site.name());
            }
        }
        byZone.forEach(
                (zone, names) ->
                        add(
                                lists,
                                Series.ofZone(zone, rule.signal()),
                                facts,
                                rule,
                                names.toArray(String[]::new)));
    }

    private static void add(
            Map<String, List<Bound>> lists,
            Series series,
            RuleFacts facts,
            Rule rule,
            String... sites) {
        lists.computeIfAbsent(series.key(), key -> new ArrayList<>())
                .add(new Bound(facts, rule.sustained(), List.of(sites)));
    }
}
