package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.catalog.TestReadingsReader.Named;
import dev.tradewind.rules.cel.Arithmetic;
import dev.tradewind.rules.text.Nearest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Readings of a test at which nothing in play looks: a mistyped name, of which a test that expects
 * nothing would never tell. Warnings, for a test may well show that nothing looks there.
 */
final class SeriesAdvice {
    private final Section spec;
    private final Set<String> zones = new TreeSet<>();
    private final Set<String> names = new TreeSet<>();
    private final Set<String> signals = new TreeSet<>();

    /**
     * @param rules that are in force at any time of the test
     */
    SeriesAdvice(Section spec, List<Site> sites, List<Rule> rules) {
        this.spec = spec;
        for (Site site : sites) {
            zones.add(site.zone());
            names.add(site.name());
        }
        for (Rule rule : rules) {
            for (Condition condition : rule.conditions()) {
                if (condition.expression() == null) {
                    signals.add(condition.signal());
                } else {
                    signals.addAll(Arithmetic.compile(condition.expression()).signals());
                }
            }
        }
    }

    void on(List<Named> series) {
        Set<Object> told = new HashSet<>();
        for (Named named : series) {
            TestReadingsReader.Of of = named.of();
            Set<String> subjects = of.zone() ? zones : names;
            if (!subjects.contains(of.subject()) && told.add(of.subject())) {
                String what = of.zone() ? "no site in play is in zone" : "no site in play is named";
                warn(named, what, of.subject(), subjects);
            }
            String signal = TestReadingsReader.plain(of.signal());
            if (!signals.contains(signal) && told.add(List.of(signal))) {
                warn(named, "no rule in play looks at", signal, signals);
            }
        }
    }

    private void warn(Named named, String what, String given, Set<String> known) {
        spec.warning(
                named.place(),
                what + " '" + Names.shown(given) + "'",
                known.isEmpty() ? null : Names.among(known),
                Nearest.to(given, known).orElse(null));
    }
}
