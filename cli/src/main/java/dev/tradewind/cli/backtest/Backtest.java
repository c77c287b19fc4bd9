package dev.tradewind.cli.backtest;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * From files to figures.
 *
 * @param start where all start, or null
 * @param compare with simpler ways to decide, too
 */
public record Backtest(
        Path catalog, List<Path> signals, Path workloads, String start, boolean compare) {

    /**
     * @param note hears what a person ought to know
     * @param progress hears which part is done, 0 to 1
     * @throws IllegalArgumentException for a file that can't be used, naming it
     */
    public BacktestReport run(Consumer<String> note, DoubleConsumer progress) throws IOException {
        Catalog sites = readCatalog();
        Timeline timeline = Timeline.of(Signals.read(signals));
        if (!Files.isRegularFile(workloads)) {
            throw new IllegalArgumentException(workloads + " is not a file");
        }
        Map<String, WorkloadSpec> specs = Workloads.read(workloads);
        tellUnused(sites, timeline, note);
        if (!sites.rules().isEmpty()) {
            note.accept(
                    sites.rules().size()
                            + " rules are not replayed; every workload is looked at as its policy says");
        }
        List<Fare> fares = new Fares(sites, timeline, note).of(specs, start);
        return BacktestReport.of(new Replay(timeline).run(fares, progress), compare);
    }

    private static void tellUnused(Catalog catalog, Timeline timeline, Consumer<String> note) {
        Set<String> zones = catalog.sites().stream().map(s -> s.zone()).collect(Collectors.toSet());
        Set<String> unused = new TreeSet<>();
        Set<String> all = new HashSet<>();
        for (Timeline.News news : timeline.news()) {
            if (all.add(news.view().subject()) && !zones.contains(news.view().subject())) {
                unused.add(news.view().subject());
            }
        }
        if (!unused.isEmpty()) {
            note.accept("no site is in " + String.join(", ", unused));
        }
    }

    private Catalog readCatalog() throws IOException {
        if (!Files.isDirectory(catalog)) {
            throw new IllegalArgumentException(catalog + " is not a directory");
        }
        List<CatalogFile> files = new ArrayList<>();
        try (Stream<Path> paths = Files.list(catalog).sorted()) {
            for (Path path : paths.toList()) {
                String name = path.getFileName().toString();
                if ((name.endsWith(".yaml") || name.endsWith(".yml"))
                        && !name.endsWith(".test.yaml")) {
                    files.add(new CatalogFile(name, Files.readString(path)));
                }
            }
        }
        CatalogResult result = CatalogParser.parse(files);
        if (!result.isValid()) {
            throw new IllegalArgumentException(
                    "the catalog has errors:\n"
                            + result.problems().stream()
                                    .map(Object::toString)
                                    .collect(Collectors.joining("\n")));
        }
        return result.catalog();
    }
}
