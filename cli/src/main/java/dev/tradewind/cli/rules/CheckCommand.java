package dev.tradewind.cli.rules;

import dev.tradewind.cli.signals.SignalsCsv;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.rules.catalog.Seen;
import dev.tradewind.rules.cel.SitePredicate;
import dev.tradewind.sources.catalog.CatalogDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Exit 0: the job would take it; 1: it would not, or with --strict there are warnings. */
@Command(
        name = "check",
        description = "Says everything that is wrong with a catalog directory.",
        mixinStandardHelpOptions = true)
public final class CheckCommand implements Callable<Integer> {
    @Mixin private RulesDirectory dir;

    @Option(
            names = "--signals",
            paramLabel = "CSV",
            description =
                    "what feeds have sent: warns of rules that would never have fired (as often as needed)")
    private List<Path> signals = List.of();

    @Option(names = "--strict", description = "warnings count as errors")
    private boolean strict;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        dir.path();
        // CEL takes a third of a second to load, which is time enough to read the files.
        CompletableFuture.runAsync(() -> SitePredicate.compile(SitePredicate.ALL));
        PrintWriter out = spec.commandLine().getOut();
        CatalogDirectory.Content content = dir.content();
        Seen seen = seen();
        CatalogResult result =
                content.files().isEmpty()
                        ? new CatalogResult(null, List.of(), List.of())
                        : CatalogParser.check(
                                content.files(), dir.currencies(), dir.limits(), seen);
        List<Problem> errors =
                Stream.concat(content.problems().stream(), result.problems().stream()).toList();
        ProblemPrinter printer = dir.printer(content.files());
        errors.forEach(printer::error);
        result.warnings().forEach(printer::warning);
        int warnings = result.warnings().size();
        if (!errors.isEmpty()) {
            out.println(
                    RulesDirectory.counted(errors.size(), "error")
                            + (warnings == 0
                                    ? ""
                                    : ", " + RulesDirectory.counted(warnings, "warning"))
                            + "; the job would keep its last good catalog");
            return 1;
        }
        Catalog catalog = result.catalog();
        out.println(
                (warnings == 0 ? "ok: " : RulesDirectory.counted(warnings, "warning") + ": ")
                        + RulesDirectory.counted(catalog.sites().size(), "site")
                        + ", "
                        + (catalog.policies().size() == 1
                                ? "1 policy"
                                : catalog.policies().size() + " policies")
                        + ", "
                        + RulesDirectory.counted(catalog.rules().size(), "rule")
                        + ", version "
                        + catalog.version());
        return strict && warnings > 0 ? 1 : 0;
    }

    private Seen seen() throws IOException {
        if (signals.isEmpty()) {
            return Seen.NOTHING;
        }
        Seen seen = new Seen();
        for (Path csv : signals) {
            String refused = SeenSignals.add(SignalsCsv.read(csv), dir.currencies(), seen);
            if (refused != null) {
                spec.commandLine().getErr().println("note: " + csv + ": " + refused);
            }
        }
        return seen;
    }
}
