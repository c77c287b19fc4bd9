package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.Sighting;
import dev.tradewind.rules.test.Step;
import dev.tradewind.rules.test.TestTimes;
import dev.tradewind.rules.text.Nearest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code spec} of a RuleTest. */
final class RuleTestReader {
    /** 1 January 2026: any day does, and a test that says none is easier to read. */
    private static final long DEFAULT_FROM = 1_767_225_600_000L;

    private final String file;
    private final String name;
    private final Section spec;
    private final Catalog catalog;
    private final Map<String, Double> eurPer;
    private final CatalogLimits limits;

    /**
     * @param catalog with the rules and sites that a test may name
     */
    RuleTestReader(
            String file,
            String name,
            Section spec,
            Catalog catalog,
            Map<String, Double> eurPer,
            CatalogLimits limits) {
        this.file = file;
        this.name = name;
        this.spec = spec;
        this.catalog = catalog;
        this.eurPer = eurPer;
        this.limits = limits;
    }

    /** What happens at an instant; of one instant the tables come before the steps. */
    private record Planned(long at, Step step) {}

    /** Null where something is missing that was told. */
    RuleTest read(int line) {
        long from = spec.parsed("from", DEFAULT_FROM, TestTimes::instant);
        TestTimes times = new TestTimes(from);
        Long until =
                spec.required(
                        "until", "an instant such as 14:00 or +2h", text -> times.parse(text));
        if (until != null && until < from) {
            spec.problem(
                    spec.placeOfValue("until"),
                    "until is before from, " + times.format(from),
                    "an instant after it",
                    null);
        }
        long staleAfter = spec.millis("staleAfter", RuleTest.DEFAULT_STALE_AFTER_MILLIS);
        List<Site> sites = chosen("sites", "site", catalog.sites(), Site::name);
        List<Rule> rules = chosen("rules", "rule", catalog.rules(), Rule::name);
        Catalog inPlay = RuleTestParser.catalog(sites, rules);

        Standstill standstill = Standstill.read(spec, times, from);
        TestReadingsReader readings = new TestReadingsReader(spec, times, eurPer);
        List<Planned> planned = new ArrayList<>();
        readings.tables(
                reading ->
                        planned.add(
                                new Planned(
                                        reading.startMillis(),
                                        new Step.Arrival(
                                                standstill.before(reading.startMillis()),
                                                reading))));
        StepsReader steps =
                new StepsReader(
                        times, standstill, readings, catalog.rules(), inPlay, eurPer, limits);
        spec.sections("steps")
                .forEach(
                        section -> steps.read(section, (at, s) -> planned.add(new Planned(at, s))));
        List<Sighting> expected = expected(times, rules, sites, planned);
        spec.done();
        new SeriesAdvice(spec, sites, rulesOf(planned, rules)).on(readings.named());
        if (until == null) {
            return null;
        }
        planned.sort(Comparator.comparingLong(Planned::at));
        List<Step> inOrder = inOrder(planned, from);
        if (!inOrder.isEmpty() && inOrder.get(inOrder.size() - 1).timeMillis() > until) {
            spec.problem(
                    spec.placeOfValue("until"),
                    "something happens after the test has ended, at "
                            + times.format(planned.get(planned.size() - 1).at()),
                    "until no earlier than that",
                    null);
        }
        return new RuleTest(file, line, name, from, until, staleAfter, inPlay, inOrder, expected);
    }

    /** Event time never goes back: what comes after an edit of one instant comes after that. */
    private static List<Step> inOrder(List<Planned> planned, long from) {
        List<Step> steps = new ArrayList<>();
        long time = from;
        for (Planned next : planned) {
            time = Math.max(time, next.step().timeMillis());
            steps.add(next.step().at(time));
        }
        return List.copyOf(steps);
    }

    private interface Named<T> {
        String of(T element);
    }

    /** Those that are named, or all; all too where a name is wrong, so that it is told once. */
    private <T> List<T> chosen(String field, String what, List<T> all, Named<T> named) {
        if (!spec.has(field)) {
            return all;
        }
        Map<String, T> byName = new LinkedHashMap<>();
        all.forEach(element -> byName.put(named.of(element), element));
        boolean[] wrong = {false};
        List<T> chosen =
                spec.list(
                        field,
                        all,
                        text -> {
                            wrong[0] |= !byName.containsKey(text);
                            return named(byName, what, text);
                        });
        return wrong[0] ? all : chosen;
    }

    static <T> T named(Map<String, T> byName, String what, String text) {
        T found = byName.get(text);
        if (found == null) {
            throw new Section.Unknown(
                    byName.isEmpty()
                            ? "a " + what + " of the catalog, which has none"
                            : "one of " + String.join(", ", byName.keySet()),
                    text,
                    Nearest.to(text, byName.keySet()).orElse(null));
        }
        return found;
    }

    /** Those in force at the beginning, and after each edit. */
    private static List<Rule> rulesOf(List<Planned> planned, List<Rule> first) {
        List<Rule> rules = new ArrayList<>(first);
        for (Planned step : planned) {
            if (step.step() instanceof Step.Edit edit) {
                rules.addAll(edit.catalog().rules());
            }
        }
        return rules;
    }

    private List<Sighting> expected(
            TestTimes times, List<Rule> rules, List<Site> sites, List<Planned> planned) {
        if (!spec.has("expect")) {
            spec.problem(
                    spec.place(),
                    spec.child("expect") + " is missing",
                    "the detections, or [] for none",
                    null);
            return List.of();
        }
        Map<String, String> ruleNames = new LinkedHashMap<>();
        rulesOf(planned, rules).forEach(rule -> ruleNames.put(rule.name(), rule.name()));
        Map<String, String> siteNames = new LinkedHashMap<>();
        sites.forEach(site -> siteNames.put(site.name(), site.name()));
        List<Sighting> expected = new ArrayList<>();
        for (Section one : spec.sections("expect")) {
            Long at = one.required("at", "an instant such as 12:15", times::parse);
            boolean fired = one.has("fired");
            boolean cleared = one.has("cleared");
            if (fired == cleared) {
                one.problem(
                        one.place(),
                        fired
                                ? "it can't both fire and clear; those are two detections"
                                : "whether a rule fired or cleared is missing",
                        "one of fired, cleared, with the rule's name",
                        null);
            }
            String rule =
                    one.parsed(
                            fired ? "fired" : "cleared",
                            null,
                            text -> named(ruleNames, "rule", text));
            String site =
                    one.required("site", "a site's name", text -> named(siteNames, "site", text));
            Long onset = one.parsed("onset", null, times::parse);
            one.done();
            if (at != null && rule != null && site != null) {
                expected.add(new Sighting(at, fired, rule, site, onset));
            }
        }
        return List.copyOf(expected);
    }
}
