package dev.tradewind.cli.rules;

import dev.tradewind.cli.follow.TopicReader;
import dev.tradewind.model.wire.CatalogInForce;
import dev.tradewind.model.wire.CatalogInForce.LiveRule;
import dev.tradewind.model.wire.CatalogRejected;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Exit 0: what the catalog directory holds is in force; 1: it is not, or nothing is. */
@Command(
        name = "live",
        description = "Says which catalog the job has in force, and whether an edit was rejected.",
        mixinStandardHelpOptions = true)
public final class LiveCommand implements Callable<Integer> {
    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT,...",
            description = "brokers of the control Kafka")
    private String bootstrapServers;

    @Option(
            names = "--properties",
            paramLabel = "FILE",
            description = "properties of a Kafka client, such as security.protocol")
    private Path properties;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            defaultValue = "tradewind.catalog",
            description = "where the job tells of its catalog (default: ${DEFAULT-VALUE})")
    private String topic;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        LiveCatalog live =
                LiveCatalog.read(bootstrapServers, TopicReader.clients(properties), topic);
        PrintWriter out = spec.commandLine().getOut();
        if (live.inForce() == null) {
            out.println("no catalog is in force");
        } else {
            print(live.inForce(), out);
        }
        if (live.rejected() != null) {
            print(live.rejected(), out);
        }
        out.flush();
        return live.inForce() != null && live.rejected() == null ? 0 : 1;
    }

    private static void print(CatalogInForce live, PrintWriter out) {
        CatalogInForce.Counts counts = live.counts();
        out.printf(
                "catalog %s is in force%s: %d sites, %d policies, %d rules%n",
                live.version(),
                live.since() == null ? "" : " since " + live.since(),
                counts.sites(),
                counts.policies(),
                counts.rules());
        List<String[]> rows =
                live.rules().stream()
                        .map(
                                rule ->
                                        new String[] {
                                            rule.name(),
                                            rule.version(),
                                            rule.shape(),
                                            rule.action(),
                                            signal(rule)
                                        })
                        .toList();
        if (!rows.isEmpty()) {
            table(new String[] {"rule", "version", "shape", "then", "looks at"}, rows, out);
        }
        if (counts.rules() > rows.size()) {
            out.printf("  and %d rules more%n", counts.rules() - rows.size());
        }
    }

    private static String signal(LiveRule rule) {
        return rule.signal() == null ? "" : rule.signal();
    }

    private static void table(String[] head, List<String[]> rows, PrintWriter out) {
        int[] widths = new int[head.length];
        for (int i = 0; i < head.length; i++) {
            int column = i;
            widths[i] =
                    Math.max(
                            head[i].length(),
                            rows.stream().mapToInt(row -> row[column].length()).max().orElse(0));
        }
        line(head, widths, out);
        rows.forEach(row -> line(row, widths, out));
    }

    private static void line(String[] cells, int[] widths, PrintWriter out) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.length; i++) {
            line.append("  ").append(cells[i]).append(" ".repeat(widths[i] - cells[i].length()));
        }
        out.println(line.toString().stripTrailing());
    }

    private static void print(CatalogRejected rejected, PrintWriter out) {
        out.printf(
                "the directory was rejected at %s, with %d problem(s); %s%n",
                rejected.at(),
                rejected.problemCount(),
                rejected.inForce() == null
                        ? "the job waits for a valid one"
                        : "version " + rejected.inForce() + " stays in force");
        rejected.problems().forEach(problem -> out.println("  " + problem));
        if (rejected.problemCount() > rejected.problems().size()) {
            out.printf(
                    "  and %d problems more%n",
                    rejected.problemCount() - rejected.problems().size());
        }
    }
}
