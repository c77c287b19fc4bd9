package dev.tradewind.job.journal;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Policy;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.model.wire.CatalogInForce;
import dev.tradewind.model.wire.CatalogInForce.Counts;
import dev.tradewind.model.wire.CatalogInForce.LiveRule;
import dev.tradewind.model.wire.CatalogRejected;
import dev.tradewind.model.wire.CatalogRejected.Wrong;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.rules.text.Json;
import dev.tradewind.sources.catalog.CatalogNews;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What is published of the catalog. Brokers take records of 1 MB: 5,000 rules with names of an
 * ordinary length fit; what doesn't is left out from the end, and the counts tell.
 */
final class CatalogRecords {
    private static final int RULES_BYTES = 750_000;
    private static final int SITES_BYTES = 120_000;
    private static final int POLICIES_BYTES = 60_000;
    private static final int SIGNAL_CHARS = 80;
    private static final int TEXT_CHARS = 500;

    private CatalogRecords() {}

    static CatalogInForce inForce(Catalog catalog, Instant since) {
        List<String> sites =
                fitting(catalog.sites().stream().map(Site::name).toList(), SITES_BYTES);
        List<String> policies =
                fitting(catalog.policies().stream().map(Policy::name).toList(), POLICIES_BYTES);
        List<LiveRule> rules =
                fitting(catalog.rules().stream().map(CatalogRecords::live).toList(), RULES_BYTES);
        Counts counts =
                new Counts(
                        catalog.sites().size(), catalog.policies().size(), catalog.rules().size());
        return new CatalogInForce(
                catalog.version(),
                since,
                counts,
                counts.equals(new Counts(sites.size(), policies.size(), rules.size())),
                sites,
                policies,
                rules);
    }

    static CatalogRejected rejected(CatalogNews news) {
        return new CatalogRejected(
                news.at(),
                news.version(),
                news.problemCount(),
                news.problems().stream().map(CatalogRecords::wrong).toList());
    }

    private static LiveRule live(Rule rule) {
        return new LiveRule(
                rule.name(),
                rule.version(),
                rule.shape().name().toLowerCase(Locale.ROOT),
                shortened(rule.conditions().get(0).quantity(), SIGNAL_CHARS),
                rule.then().name().toLowerCase(Locale.ROOT));
    }

    private static Wrong wrong(Problem problem) {
        return new Wrong(
                shortened(problem.file(), TEXT_CHARS),
                problem.line(),
                problem.column(),
                shortened(problem.message(), TEXT_CHARS),
                shortened(problem.expected(), TEXT_CHARS),
                shortened(problem.suggestion(), TEXT_CHARS));
    }

    private static String shortened(String text, int most) {
        if (text == null || text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }

    /** As many as have room, in their order. */
    private static <T> List<T> fitting(List<T> all, int bytes) {
        List<T> some = new ArrayList<>();
        int left = bytes;
        for (T one : all) {
            left -= Json.bytes(one).length + 1;
            if (left < 0) {
                break;
            }
            some.add(one);
        }
        return some;
    }
}
