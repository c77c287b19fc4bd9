package dev.tradewind.cli;

import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.catalog.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** For operators at their editor. */
@Command(
        name = "rules",
        description = "Checks a catalog directory.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = RulesCommand.Check.class)
final class RulesCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "say what to do with the rules");
    }

    /** Exit 0: the job would take it; 1: it would not. */
    @Command(
            name = "check",
            description = "Says everything that is wrong with a catalog directory.",
            mixinStandardHelpOptions = true)
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "DIR", description = "the directory that holds the *.yaml")
        private Path dir;

        @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            CatalogResult result = CatalogParser.parse(files(dir));
            for (Problem problem : result.problems()) {
                out.println("error: " + problem);
            }
            for (Problem warning : result.warnings()) {
                out.println("warning: " + warning);
            }
            if (!result.isValid()) {
                out.println(
                        result.problems().size()
                                + " errors; the job would keep its last good catalog");
                return 1;
            }
            Catalog catalog = result.catalog();
            out.printf(
                    "ok: %d sites, %d policies, %d rules, version %s%n",
                    catalog.sites().size(),
                    catalog.policies().size(),
                    catalog.rules().size(),
                    catalog.version());
            return 0;
        }

        private static List<CatalogFile> files(Path dir) throws IOException {
            if (!Files.isDirectory(dir)) {
                throw new IllegalArgumentException(dir + " is not a directory");
            }
            List<CatalogFile> files = new ArrayList<>();
            try (Stream<Path> paths = Files.list(dir).sorted()) {
                for (Path path : paths.filter(Check::isCatalog).toList()) {
                    files.add(
                            new CatalogFile(path.getFileName().toString(), Files.readString(path)));
                }
            }
            return files;
        }

        private static boolean isCatalog(Path path) {
            String name = path.getFileName().toString();
            return (name.endsWith(".yaml") || name.endsWith(".yml"))
                    && !name.endsWith(".test.yaml");
        }
    }
}
