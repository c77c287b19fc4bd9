package dev.tradewind.job.rules.reference;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.rules.test.Sighting;
import dev.tradewind.rules.test.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All detections of a history, by instant, rule and site. */
public final class Reference {
    private final RuleTest test;
    private final Heard heard;
    private final List<Sighting> sightings = new ArrayList<>();
    private final Map<String, Boolean> both = new HashMap<>();

    private Reference(RuleTest test) {
        this.test = test;
        this.heard = new Heard(test.steps());
    }

    public static List<Sighting> detect(RuleTest test) {
        Reference reference = new Reference(test);
        reference.detect();
        return Sighting.sorted(
                reference.sightings.stream()
                        .filter(one -> one.atMillis() <= test.untilMillis())
                        .toList());
    }

    /** A catalog is in force from one step to another. */
    private record Reign(Catalog catalog, int firstStep, long from, int endStep, long end) {
        private boolean has(Rule rule) {
            return catalog.rule(rule.name()).filter(rule::equals).isPresent();
        }

        /** At which sites which expressions are worked out. */
        private Set<String> expressions() {
            Set<String> all = new HashSet<>();
            for (Rule rule : catalog.rules()) {
                for (Condition condition : rule.conditions()) {
                    String where = condition.at() == null ? rule.sites() : condition.at();
                    for (Site site : catalog.sites()) {
                        if (condition.expression() != null
                                && SitePredicate.compile(where).test(site)) {
                            String here = condition.expression() + "@" + site.name();
                            all.add(here);
                            if (condition.forecast()) {
                                all.add(Span.AHEAD + here);
                            }
                        }
                    }
                }
            }
            return all;
        }

        /** At which sites which signals are looked at by expressions. */
        private Set<String> signals() {
            Set<String> all = new HashSet<>();
            for (String expression : expressions()) {
                int at = expression.lastIndexOf('@');
                String text = expression.substring(0, at).replace(Span.AHEAD, "");
                for (String signal : new Formula(text).signals()) {
                    all.add(signal + expression.substring(at));
                }
            }
            return all;
        }
    }

    private void detect() {
        List<Reign> reigns = reigns();
        LookBack lookBack =
                new LookBack(
                        reigns.stream()
                                .map(
                                        one ->
                                                new LookBack.From(
                                                        one.firstStep(), one.from(), one.catalog()))
                                .toList());
        for (int i = 0; i < reigns.size(); i++) {
            for (Rule rule : reigns.get(i).catalog().rules()) {
                if (i > 0 && reigns.get(i - 1).has(rule)) {
                    continue;
                }
                int last = i;
                while (last + 1 < reigns.size() && reigns.get(last + 1).has(rule)) {
                    last++;
                }
                Reign from = reigns.get(i);
                Reign to = reigns.get(last);
                if (i == 0 || reigns.get(i - 1).catalog().rule(rule.name()).isEmpty()) {
                    both.keySet().removeIf(key -> key.startsWith(rule.name() + "#"));
                }
                for (Site site : from.catalog().sites()) {
                    if (SitePredicate.compile(rule.sites()).test(site)) {
                        Span span =
                                new Span(
                                        rule.name(),
                                        both,
                                        from.catalog().sites(),
                                        from.firstStep(),
                                        from.from(),
                                        to.endStep(),
                                        to.end(),
                                        last + 1 < reigns.size(),
                                        test.staleAfterMillis(),
                                        since(reigns, i),
                                        lookBack);
                        tell(rule, site, episodes(rule, site, span));
                    }
                }
            }
        }
    }

    /** Of each expression of a reign, since when one after the other has it. */
    private static Map<String, Span.Since> since(List<Reign> reigns, int at) {
        Map<String, Span.Since> since = new HashMap<>();
        for (String expression : reigns.get(at).expressions()) {
            int first = at;
            while (first > 0 && reigns.get(first - 1).expressions().contains(expression)) {
                first--;
            }
            Reign reign = reigns.get(first);
            if (first > 0 && reign.firstStep() > 0) {
                since.put(
                        expression,
                        new Span.Since(
                                reign.firstStep(), reign.from(), reigns.get(first - 1).signals()));
            }
        }
        return since;
    }

    private List<Reign> reigns() {
        List<Reign> reigns = new ArrayList<>();
        Catalog catalog = test.catalog();
        int first = 0;
        long from = test.fromMillis();
        for (int i = 0; i < test.steps().size(); i++) {
            if (test.steps().get(i) instanceof Step.Edit edit) {
                reigns.add(new Reign(catalog, first, from, i, edit.timeMillis()));
                catalog = edit.catalog();
                first = i;
                from = edit.timeMillis();
            }
        }
        reigns.add(new Reign(catalog, first, from, test.steps().size(), test.untilMillis()));
        return reigns;
    }

    private List<Episode> episodes(Rule rule, Site site, Span span) {
        if (rule.shape() == Rule.Shape.SEQUENCE) {
            return new Sequences(heard, span, rule, site).episodes();
        }
        Condition condition = rule.conditions().get(0);
        return Levels.episodes(Levels.told(heard, span, condition, site));
    }

    private void tell(Rule rule, Site site, List<Episode> episodes) {
        for (Episode episode : episodes) {
            sightings.add(
                    new Sighting(episode.from(), true, rule.name(), site.name(), episode.onset()));
            if (episode.to() != null) {
                sightings.add(
                        new Sighting(
                                episode.to(), false, rule.name(), site.name(), episode.onset()));
            }
        }
    }
}
