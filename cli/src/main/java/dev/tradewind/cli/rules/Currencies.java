package dev.tradewind.cli.rules;

import dev.tradewind.job.options.TradewindOptions;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option of all commands that read prices: what other currencies are worth. */
public final class Currencies {
    @Option(
            names = "--currencies",
            paramLabel = "CODE=rate,...",
            description = "EUR for one of each other currency, as the job's option of this name")
    private String currencies = "";

    /**
     * EUR for one of each other currency, by its code.
     *
     * @throws IllegalArgumentException where the job would refuse them
     */
    public Map<String, Double> eurPer() {
        return RulesDirectory.parsed("--currencies", TradewindOptions.CURRENCIES, currencies);
    }
}
