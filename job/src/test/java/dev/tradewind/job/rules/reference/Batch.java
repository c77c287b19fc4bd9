package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.Sighting;
import dev.tradewind.rules.test.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Many histories as one, because to set up the operators takes longer than to run a history. */
final class Batch {
    private Batch() {}

    private record Of(RuleTest history, Step step) {}

    /** Each goes on until the last one ends. */
    static List<RuleTest> together(List<RuleTest> histories) {
        long until = histories.stream().mapToLong(RuleTest::untilMillis).max().orElseThrow();
        return histories.stream().map(one -> until(one, until)).toList();
    }

    private static RuleTest until(RuleTest test, long until) {
        return new RuleTest(
                test.file(),
                test.line(),
                test.name(),
                test.fromMillis(),
                until,
                test.staleAfterMillis(),
                test.catalog(),
                test.steps(),
                test.expected());
    }

    /**
     * @param histories of one time, see {@link #together}
     * @param restarts when the job is restarted besides, in order
     */
    static RuleTest of(List<RuleTest> histories, List<Long> restarts) {
        List<Of> all = new ArrayList<>();
        for (RuleTest history : histories) {
            history.steps().forEach(step -> all.add(new Of(history, step)));
        }
        // One after the end could not be read again where it is printed.
        restarts.stream()
                .filter(at -> at <= histories.get(0).untilMillis())
                .forEach(at -> all.add(new Of(null, new Step.Restart(at))));
        // At one time readings, edits and restarts in the order of each history: it is stable.
        all.sort(Comparator.comparingLong(of -> of.step().timeMillis()));
        Map<RuleTest, Catalog> inForce = new HashMap<>();
        histories.forEach(history -> inForce.put(history, history.catalog()));
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).step() instanceof Step.Edit edit) {
                inForce.put(all.get(i).history(), edit.catalog());
                boolean more =
                        i + 1 < all.size()
                                && all.get(i + 1).step() instanceof Step.Edit next
                                && next.timeMillis() == edit.timeMillis();
                if (!more) {
                    steps.add(new Step.Edit(edit.timeMillis(), union(histories, inForce)));
                }
            } else {
                steps.add(all.get(i).step());
            }
        }
        RuleTest first = histories.get(0);
        return new RuleTest(
                "batch",
                0,
                "batch",
                first.fromMillis(),
                first.untilMillis(),
                first.staleAfterMillis(),
                union(
                        histories,
                        histories.stream()
                                .collect(
                                        HashMap::new,
                                        (map, one) -> map.put(one, one.catalog()),
                                        HashMap::putAll)),
                steps,
                List.of());
    }

    private static Catalog union(List<RuleTest> histories, Map<RuleTest, Catalog> inForce) {
        List<Site> sites = new ArrayList<>();
        List<Rule> rules = new ArrayList<>();
        StringBuilder version = new StringBuilder();
        for (RuleTest history : histories) {
            Catalog catalog = inForce.get(history);
            sites.addAll(catalog.sites());
            rules.addAll(catalog.rules());
            version.append(catalog.version()).append('+');
        }
        return new Catalog(
                Integer.toHexString(version.toString().hashCode()), sites, List.of(), rules);
    }

    /** What was found of one of them. */
    static List<Sighting> of(RuleTest history, List<Sighting> found) {
        return found.stream().filter(one -> one.rule().startsWith(history.name() + "-")).toList();
    }
}
