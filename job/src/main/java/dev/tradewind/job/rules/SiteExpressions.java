package dev.tradewind.job.rules;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Condition;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.sources.readings.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The expressions that rules want worked out at a site.
 *
 * @param expressions by the signal that their values are
 * @param ahead those of which a rule looks at the forecast
 * @param signals that they look at
 */
record SiteExpressions(
        Site site, Map<String, Derived> expressions, Set<String> ahead, Set<String> signals) {

    /** By site; those without one are left out. */
    static Map<String, SiteExpressions> of(Catalog catalog) {
        Map<String, SiteExpressions> sites = new HashMap<>();
        for (Rule rule : catalog.rules()) {
            for (Condition condition : rule.conditions()) {
                if (condition.expression() == null) {
                    continue;
                }
                Derived derived = Derived.of(condition.expression());
                SitePredicate selected =
                        SitePredicate.compile(
                                condition.at() == null ? rule.sites() : condition.at());
                for (Site site : catalog.sites()) {
                    if (selected.test(site)) {
                        SiteExpressions at =
                                sites.computeIfAbsent(
                                        site.name(),
                                        name ->
                                                new SiteExpressions(
                                                        site,
                                                        new LinkedHashMap<>(),
                                                        new HashSet<>(),
                                                        new HashSet<>()));
                        at.expressions().put(derived.signal(), derived);
                        if (condition.forecast()) {
                            at.ahead().add(derived.signal());
                        }
                        at.signals().addAll(derived.signals());
                    }
                }
            }
        }
        return sites;
    }

    /**
     * What the expressions come to when some of what they look at begins.
     *
     * @param values with what begins
     * @param began readings and forecasts of one instant
     * @param now event time, which is later where they are late: of forecasts and what is in force
     *     beside them, what has run out by then counts no more
     */
    List<Sample> after(List<Sample> began, SiteValues values, long now) {
        Set<String> read = new HashSet<>();
        Set<String> forecast = new HashSet<>();
        for (Sample sample : began) {
            (sample.isForecast() ? forecast : read).add(sample.series().signal());
        }
        return look(read, forecast, began.get(0).eventMillis(), now, values);
    }

    /**
     * What the expressions come to when a value takes the place of a reading that ended.
     *
     * @param now event time, later than the instant where a reading was late
     */
    List<Sample> turned(long instant, SiteValues values, long now) {
        Set<String> turned = values.turned(instant);
        return look(turned, turned, instant, now, values);
    }

    private List<Sample> look(
            Set<String> read, Set<String> forecast, long instant, long now, SiteValues values) {
        List<Sample> out = new ArrayList<>();
        if (read.isEmpty() && forecast.isEmpty()) {
            return out;
        }
        for (Derived derived : expressions.values()) {
            if (!Collections.disjoint(derived.signals(), read)) {
                add(values.value(derived, instant), out);
            }
            if (ahead.contains(derived.signal())
                    && seesNews(derived, read, forecast, now, values)) {
                add(values.forecast(derived, now), out);
            }
        }
        return out;
    }

    /** A reading has a say in a forecast only where nothing is forecast. */
    private static boolean seesNews(
            Derived derived, Set<String> read, Set<String> forecast, long now, SiteValues values) {
        for (String signal : derived.signals()) {
            if (forecast.contains(signal)
                    || read.contains(signal) && !values.isForecast(signal, now)) {
                return true;
            }
        }
        return false;
    }

    private static void add(Sample value, List<Sample> out) {
        if (value != null) {
            out.add(value);
        }
    }
}
