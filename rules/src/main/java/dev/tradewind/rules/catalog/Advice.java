package dev.tradewind.rules.catalog;

import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.catalog.Notes.Place;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.rules.cel.Sites;
import dev.tradewind.rules.text.Nearest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is allowed and probably not meant: rules that concern nobody, that can't ever fire or never
 * end, and that repeat each other. All of it is warnings.
 */
final class Advice {
    private static final Pattern LABEL_OR_TEXT =
            Pattern.compile("labels\\.(\\w+)|['\"]([^'\"]+)['\"]");

    private final Notes notes;
    private final Map<String, Written> written;
    private final List<Site> sites;
    private final Sites choice;
    private final Map<String, List<Site>> selected = new HashMap<>();
    private final Map<String, Boolean> nowhere = new HashMap<>();

    /**
     * @param written by rule
     */
    Advice(Notes notes, Map<String, Written> written, List<Site> sites) {
        this.notes = notes;
        this.written = written;
        this.sites = sites;
        this.choice = new Sites(sites);
    }

    /** Selectors that hold for no site. The job tells of these too. */
    void onScopes(List<Rule> rules) {
        if (sites.isEmpty()) {
            return;
        }
        for (Rule rule : rules) {
            if (holdsNowhere(rule.sites())) {
                warn(
                        at(rule, "spec", "sites"),
                        "rule '" + rule.name() + "' concerns none of the sites",
                        "`sites` that holds for at least one",
                        meant(rule.sites()));
            }
            for (Condition condition : rule.conditions()) {
                if (condition.at() != null && holdsNowhere(condition.at())) {
                    warn(
                            at(rule, path(condition, rule, "at")),
                            "`at` of rule '" + rule.name() + "' is none of the sites",
                            "`at` that holds for at least one",
                            meant(condition.at()));
                }
            }
        }
    }

    /** Of a selector that holds for none: what it probably means by a name that no site has. */
    private String meant(String selector) {
        Set<String> labels = new TreeSet<>();
        Set<String> names = new TreeSet<>();
        for (Site site : sites) {
            labels.addAll(site.labels().keySet());
            names.addAll(site.labels().values());
            names.add(site.name());
            names.add(site.zone());
        }
        Matcher word = LABEL_OR_TEXT.matcher(selector);
        while (word.find()) {
            boolean label = word.group(1) != null;
            String given = label ? word.group(1) : word.group(2);
            Set<String> known = label ? labels : names;
            if (!known.contains(given)) {
                Optional<String> nearest = Nearest.to(given, known);
                if (nearest.isPresent()) {
                    return nearest.get();
                }
            }
        }
        return null;
    }

    void onRules(List<Rule> rules, Seen seen) {
        repeated(rules);
        for (Rule rule : rules) {
            for (Condition condition : rule.conditions()) {
                new ConditionAdvice(this, rule, condition).possible();
                if (!seen.isEmpty()) {
                    new ConditionAdvice(this, rule, condition).against(seen);
                }
            }
            prevented(rule);
        }
    }

    private void repeated(List<Rule> rules) {
        Map<Rule, Rule> said = new HashMap<>();
        Map<String, List<Rule>> ofOneQuantity = new HashMap<>();
        for (Rule rule : rules) {
            Rule first = said.putIfAbsent(Covers.unnamed(rule), rule);
            if (first != null) {
                warn(
                        at(rule, "metadata", "name"),
                        "rule '" + rule.name() + "' says the same as rule " + told(first),
                        "one of the two");
            } else if (rule.conditions().size() == 1) {
                Condition of = rule.conditions().get(0);
                String group =
                        of.measure()
                                + " "
                                + of.forecast()
                                + " "
                                + rule.then()
                                + " "
                                + of.quantity();
                ofOneQuantity.computeIfAbsent(group, g -> new ArrayList<>()).add(rule);
            }
        }
        ofOneQuantity.values().forEach(this::shadowed);
    }

    private void shadowed(List<Rule> rules) {
        for (Rule rule : rules) {
            if (notes.isFullOfWarnings()) {
                return;
            }
            for (Rule other : rules) {
                if (other != rule && Covers.covers(other, rule)) {
                    warn(
                            at(rule, "metadata", "name"),
                            "rule '"
                                    + rule.name()
                                    + "' is shadowed: whenever it holds, rule "
                                    + told(other)
                                    + " does and asks for the same",
                            "one of the two, or another `then`");
                    break;
                }
            }
        }
    }

    /** A sequence whose {@code unless} holds whenever {@code then} does. */
    private void prevented(Rule rule) {
        List<Condition> sides = rule.conditions();
        if (sides.size() == 3 && Covers.covers(sides.get(2), sides.get(1))) {
            warn(
                    at(rule, "spec", "when", "sequence", "unless"),
                    "rule '" + rule.name() + "' never fires: `unless` holds whenever `then` does",
                    "another `unless`");
        }
    }

    private String told(Rule rule) {
        return "'" + rule.name() + "' at " + at(rule, "metadata", "name");
    }

    private boolean holdsNowhere(String selector) {
        return nowhere.computeIfAbsent(selector, text -> choice.none(SitePredicate.compile(text)));
    }

    /** The sites for which a selector holds. */
    List<Site> select(String selector) {
        return selected.computeIfAbsent(
                selector, text -> choice.where(SitePredicate.compile(text)));
    }

    private void warn(Place place, String message, String expected) {
        warn(place, message, expected, null);
    }

    void warn(Place place, String message, String expected, String suggestion) {
        notes.warning(place, message, expected, suggestion);
    }

    Place at(Rule rule, String... path) {
        return at(rule, List.of(path));
    }

    Place at(Rule rule, List<String> path) {
        Written document = written.get(rule.name());
        return document == null ? Place.of("catalog") : document.at(path);
    }

    /** Where the numbers of a condition are, or where it says what it is of. */
    static List<String> path(Condition condition, Rule rule, String field) {
        boolean ofRule = condition.part() == Condition.Part.WHOLE;
        boolean quantity = field.equals("signal") || field.equals("expression");
        if (ofRule && quantity) {
            return List.of("spec", field);
        }
        String shape = rule.shape().name().toLowerCase(Locale.ROOT);
        return ofRule
                ? List.of("spec", "when", shape, field)
                : List.of(
                        "spec",
                        "when",
                        shape,
                        condition.part().name().toLowerCase(Locale.ROOT),
                        field);
    }
}
