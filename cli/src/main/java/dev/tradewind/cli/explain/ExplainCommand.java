package dev.tradewind.cli.explain;

import dev.tradewind.cli.output.OutputFile;
import dev.tradewind.cli.rules.RulesDirectory;
import dev.tradewind.cli.signals.SignalHistory;
import dev.tradewind.cli.signals.SignalRow;
import dev.tradewind.cli.signals.SignalsCsv;
import dev.tradewind.job.explain.Explainer;
import dev.tradewind.job.explain.Explanation;
import dev.tradewind.job.options.TradewindOptions;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.catalog.Rule;
import dev.tradewind.model.catalog.Site;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.rules.text.Nearest;
import dev.tradewind.sources.catalog.CatalogDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Exit 0: it was explained; 1: the catalog is no valid one. */
@Command(
        name = "explain",
        description = {
            "Replays a history through a rule and draws when it rose, held, fired and cleared, and"
                    + " why it did not fire where it nearly did."
        },
        mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {
    private static final dev.tradewind.job.options.Option<Long> STALE_AFTER =
            TradewindOptions.STALE_AFTER;
    private static final int WIDTH = 100;
    private static final int NARROWEST = 40;
    private static final int WIDEST = 400;
    private static final int MOST = 12;

    @Mixin private RulesDirectory dir;

    @Option(
            names = "--signals",
            required = true,
            paramLabel = "CSV",
            description = "the history, as often as needed")
    private List<Path> signals;

    @Option(names = "--rule", required = true, paramLabel = "NAME")
    private String name;

    @Option(
            names = "--site",
            paramLabel = "NAME",
            description =
                    "of this site alone (as often as needed); default: all that the rule looks at")
    private List<String> only = List.of();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "shows what comes from then on, such as 2022-03-01 or 2022-03-01T12:00:00Z")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "shows what comes before; a date is the whole day")
    private String to;

    @Option(names = "--svg", paramLabel = "FILE", description = "draws the same as a picture")
    private Path svg;

    @Option(names = "--all", description = "lists every episode and near miss")
    private boolean all;

    @Option(
            names = "--stale-after",
            paramLabel = "TIME",
            description = "as the job's option rules.staleAfter; default: ${DEFAULT-VALUE}")
    private String staleAfter = STALE_AFTER.fallback();

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        OutputFile.check("--svg", svg);
        long stale = RulesDirectory.parsed("--stale-after", STALE_AFTER, staleAfter);
        Catalog catalog = catalog();
        if (catalog == null) {
            return 1;
        }
        Rule rule = rule(catalog);
        List<Site> sites = sites(catalog, rule);
        List<SignalRow> rows = new ArrayList<>();
        for (Path csv : signals) {
            rows.addAll(SignalsCsv.read(csv));
        }
        SignalHistory history = SignalHistory.of(rows, catalog, dir.currencies());
        known(catalog, rule, sites, history);
        Explanation explanation = Explainer.explain(catalog, rule, sites, history.samples(), stale);
        long begin =
                from == null
                        ? explanation.fromMillis()
                        : Math.max(explanation.fromMillis(), instant("--from", from, false));
        long end =
                to == null
                        ? explanation.toMillis()
                        : Math.min(explanation.toMillis(), instant("--to", to, true));
        if (begin >= end) {
            throw new IllegalArgumentException(
                    "the history goes from "
                            + Words.instant(explanation.fromMillis())
                            + " to "
                            + Words.instant(explanation.toMillis())
                            + " UTC: there is nothing between --from and --to");
        }
        PrintWriter out = spec.commandLine().getOut();
        new TerminalReport(
                        out,
                        Glyphs.ofTerminal(),
                        Paint.of(spec.commandLine().getColorScheme().ansi()),
                        width(System.getenv("COLUMNS")),
                        all ? Integer.MAX_VALUE : MOST)
                .print(explanation, begin, end);
        if (svg != null) {
            Files.writeString(svg, new SvgReport().draw(explanation, begin, end));
            out.println();
            out.println("drawn in " + svg);
        }
        return 0;
    }

    /** Null where it is no valid one, which is told then. */
    private Catalog catalog() {
        CatalogDirectory.Content content = dir.content();
        CatalogResult result =
                content.files().isEmpty()
                        ? new CatalogResult(null, List.of(), List.of())
                        : CatalogParser.parse(content.files(), dir.currencies(), dir.limits());
        List<Problem> problems =
                Stream.concat(content.problems().stream(), result.problems().stream()).toList();
        if (problems.isEmpty()) {
            return result.catalog();
        }
        dir.tell(content.files(), problems);
        spec.commandLine()
                .getOut()
                .println(
                        RulesDirectory.counted(problems.size(), "error")
                                + "; the job would keep its last good catalog");
        return null;
    }

    private Rule rule(Catalog catalog) {
        return catalog.rule(name)
                .orElseThrow(
                        () ->
                                unknown(
                                        "rule",
                                        name,
                                        catalog.rules().stream().map(Rule::name).toList()));
    }

    private List<Site> sites(Catalog catalog, Rule rule) {
        List<Site> looked = Explainer.sites(catalog, rule);
        if (looked.isEmpty()) {
            throw new IllegalArgumentException(
                    "rule " + rule.name() + " looks at no site: none is as " + rule.sites());
        }
        List<String> names = looked.stream().map(Site::name).toList();
        for (String site : only) {
            if (catalog.site(site).isEmpty()) {
                throw unknown("site", site, names);
            }
            if (!names.contains(site)) {
                throw new IllegalArgumentException(
                        "rule "
                                + rule.name()
                                + " does not look at site "
                                + site
                                + ", but at "
                                + String.join(", ", names));
            }
        }
        return looked.stream()
                .filter(site -> only.isEmpty() || only.contains(site.name()))
                .toList();
    }

    private static IllegalArgumentException unknown(String what, String given, List<String> known) {
        return new IllegalArgumentException(
                "the catalog has no "
                        + what
                        + " '"
                        + given
                        + "'"
                        + Nearest.to(given, known)
                                .map(nearest -> "; did you mean '" + nearest + "'?")
                                .orElse(
                                        known.isEmpty()
                                                ? ""
                                                : "; it has " + String.join(", ", known)));
    }

    /** A history of other places explains nothing, and a mistyped zone would look like silence. */
    private static void known(Catalog catalog, Rule rule, List<Site> sites, SignalHistory history) {
        if (history.samples().isEmpty()) {
            throw new IllegalArgumentException("the files of --signals have no rows");
        }
        Set<String> named = history.zones();
        boolean any =
                catalog.sites().stream()
                        .anyMatch(s -> named.contains(s.name()) || named.contains(s.zone()));
        if (!any) {
            throw new IllegalArgumentException(
                    "the history is of "
                            + String.join(", ", named)
                            + ", and the catalog has no site there: its sites are "
                            + catalog.sites().stream()
                                    .map(Words::place)
                                    .collect(Collectors.joining(", ")));
        }
        boolean ours =
                sites.stream().anyMatch(s -> named.contains(s.name()) || named.contains(s.zone()));
        boolean others = rule.conditions().stream().anyMatch(c -> c.at() != null);
        if (!ours && !others) {
            throw new IllegalArgumentException(
                    "the history is of "
                            + String.join(", ", named)
                            + ", and none of that is of the sites in question: "
                            + sites.stream().map(Words::place).collect(Collectors.joining(", ")));
        }
    }

    static long instant(String option, String text, boolean end) {
        try {
            return Instant.parse(text).toEpochMilli();
        } catch (DateTimeParseException e) {
            try {
                return LocalDate.parse(text)
                        .plusDays(end ? 1 : 0)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toEpochMilli();
            } catch (DateTimeParseException f) {
                throw new IllegalArgumentException(
                        option
                                + ": expected a time such as 2022-03-01 or 2022-03-01T12:00:00Z, but got '"
                                + text
                                + "'",
                        f);
            }
        }
    }

    static int width(String columns) {
        try {
            return columns == null
                    ? WIDTH
                    : Math.max(NARROWEST, Math.min(WIDEST, Integer.parseInt(columns.trim())));
        } catch (NumberFormatException e) {
            return WIDTH;
        }
    }
}
