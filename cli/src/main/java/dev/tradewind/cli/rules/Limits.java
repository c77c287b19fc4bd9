package dev.tradewind.cli.rules;

import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.rules.catalog.CatalogLimits;
import picocli.CommandLine.Option;

/** How much a catalog may ask of the job: the job's options of these very names. */
public final class Limits {
    private static final String MOST = "--rules.most";
    private static final String MAX_WINDOW = "--rules.maxWindow";

    @Option(
            names = MOST,
            paramLabel = "N",
            description = "as the job's option of this name; default: ${DEFAULT-VALUE}")
    private String most = TradewindOptions.MOST_RULES.fallback();

    @Option(
            names = MAX_WINDOW,
            paramLabel = "TIME",
            description = "as the job's option of this name; default: ${DEFAULT-VALUE}")
    private String maxWindow = TradewindOptions.MAX_WINDOW.fallback();

    /**
     * @throws IllegalArgumentException where the job would refuse one
     */
    public CatalogLimits get() {
        return new CatalogLimits(
                RulesDirectory.parsed(MOST, TradewindOptions.MOST_RULES, most),
                RulesDirectory.parsed(MAX_WINDOW, TradewindOptions.MAX_WINDOW, maxWindow));
    }
}
