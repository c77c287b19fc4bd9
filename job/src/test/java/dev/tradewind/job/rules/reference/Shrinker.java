package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.Step;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Makes a history that shows a difference smaller, as long as it still shows one. */
final class Shrinker {
    private static final int MOST_TRIES = 400;

    private final Predicate<RuleTest> differs;
    private int tries;

    private Shrinker(Predicate<RuleTest> differs) {
        this.differs = differs;
    }

    static RuleTest shrink(RuleTest test, Predicate<RuleTest> differs) {
        return new Shrinker(differs).shrink(test);
    }

    private RuleTest shrink(RuleTest test) {
        RuleTest smallest = test;
        boolean smaller = true;
        while (smaller && tries < MOST_TRIES) {
            RuleTest next = steps(rules(smallest));
            smaller = !next.equals(smallest);
            smallest = next;
        }
        return smallest;
    }

    private boolean still(RuleTest test) {
        return tries++ < MOST_TRIES && differs.test(test);
    }

    private RuleTest rules(RuleTest test) {
        Set<String> names = new LinkedHashSet<>();
        test.catalog().rules().forEach(rule -> names.add(rule.name()));
        for (Step step : test.steps()) {
            if (step instanceof Step.Edit edit) {
                edit.catalog().rules().forEach(rule -> names.add(rule.name()));
            }
        }
        RuleTest smallest = test;
        for (String name : names) {
            RuleTest without = without(smallest, name);
            smallest = still(without) ? without : smallest;
        }
        return smallest;
    }

    private static RuleTest without(RuleTest test, String rule) {
        List<Step> steps = new ArrayList<>();
        for (Step step : test.steps()) {
            steps.add(
                    step instanceof Step.Edit edit
                            ? new Step.Edit(edit.timeMillis(), without(edit.catalog(), rule))
                            : step);
        }
        return new RuleTest(
                test.file(),
                test.line(),
                test.name(),
                test.fromMillis(),
                test.untilMillis(),
                test.staleAfterMillis(),
                without(test.catalog(), rule),
                steps,
                List.of());
    }

    private static Catalog without(Catalog catalog, String name) {
        List<Rule> rules =
                catalog.rules().stream().filter(rule -> !rule.name().equals(name)).toList();
        return new Catalog(
                Integer.toHexString(rules.hashCode()), catalog.sites(), List.of(), rules);
    }

    /** Without ever smaller parts of the steps. */
    private RuleTest steps(RuleTest test) {
        RuleTest smallest = test;
        for (int part = Math.max(1, test.steps().size() / 2); part >= 1; part /= 2) {
            for (int i = 0; i < smallest.steps().size(); ) {
                List<Step> steps = new ArrayList<>(smallest.steps());
                steps.subList(i, Math.min(steps.size(), i + part)).clear();
                RuleTest without = smallest.over(steps);
                if (still(without)) {
                    smallest = without;
                } else {
                    i += part;
                }
            }
        }
        return smallest;
    }
}
