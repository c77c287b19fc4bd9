package dev.tradewind.job.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The reference page of the options, as Markdown. */
public final class OptionsPage {
    private static final Map<String, String> CHAPTERS =
            Map.of(
                    TradewindOptions.BOOTSTRAP_SERVERS.key(), "Kafka and its topics",
                    TradewindOptions.CATALOG_DIR.key(), "Catalog and connections",
                    TradewindOptions.CLOCK_ORIGIN.key(), "Time",
                    TradewindOptions.CURRENCIES.key(), "Readings and rules",
                    TradewindOptions.CHECKPOINT_INTERVAL.key(), "What is written, and failures",
                    TradewindOptions.PLACEMENT_PARALLELISM.key(), "Placement",
                    TradewindOptions.DEADLINE_CHECK.key(), "Hand-over");

    private OptionsPage() {}

    public static String markdown() {
        List<String> lines = new ArrayList<>();
        lines.add("# Options of the job");
        lines.add("");
        lines.add(
                "<!-- Made of TradewindOptions; OptionsPageTest compares. To write it anew: ./mvnw test -pl job -am"
                        + " -Dtest=OptionsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dtradewind.write=true -->");
        lines.add("");
        lines.add(
                "Give an option as `--key value` or `--key=value`, or in a YAML file that `--config FILE` names, as"
                        + " `key: value` or nested (`kafka: {group.id: x}`).");
        lines.add(
                "The command line has precedence over the file, and the file over the default. Durations are `15m`,"
                        + " `1h30m` or `PT15M`.");
        lines.add("");
        lines.add(
                "What is wrong is told all at once, and the job is not submitted (exit code 2). Secrets are never the"
                        + " value of an option: they stand in the file of `kafka.properties.file` and in connection files.");
        for (Option<?> option : TradewindOptions.ALL) {
            String chapter = CHAPTERS.get(option.key());
            if (chapter != null) {
                lines.add("");
                lines.add("## " + chapter);
                lines.add("");
                lines.add("| key | type | default | |");
                lines.add("|---|---|---|---|");
            }
            lines.add(
                    "| `"
                            + option.key()
                            + "` | "
                            + option.type()
                            + " | "
                            + fallback(option)
                            + " | "
                            + option.description().replace("|", "\\|")
                            + " |");
        }
        lines.add("");
        return String.join("\n", lines);
    }

    private static String fallback(Option<?> option) {
        if (option.required()) {
            return "**required**";
        }
        return option.fallback() == null || option.fallback().isEmpty()
                ? "none"
                : "`" + option.fallback() + "`";
    }
}
