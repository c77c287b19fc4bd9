package dev.tradewind.cli.rules;

import dev.tradewind.cli.ruletest.RuleTestCluster;
import dev.tradewind.model.catalog.Catalog;
import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogParser;
import dev.tradewind.rules.catalog.CatalogResult;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.rules.catalog.RuleTestParser;
import dev.tradewind.rules.catalog.RuleTestResult;
import dev.tradewind.rules.test.Difference;
import dev.tradewind.rules.test.RuleTest;
import dev.tradewind.sources.catalog.CatalogDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Exit 0: all as expected; 1: something differs, or can't be read. */
@Command(
        name = "test",
        description =
                "Runs the rule tests (*.test.yaml) of a directory on the operators of the job.",
        mixinStandardHelpOptions = true)
public final class TestCommand implements Callable<Integer> {
    @Mixin private RulesDirectory dir;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            description = "run this test alone (as often as needed)")
    private List<String> only = List.of();

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CatalogDirectory.Content content = dir.contentWithTests();
        List<CatalogFile> files = content.files();
        PrintWriter out = spec.commandLine().getOut();
        List<CatalogFile> rules =
                files.stream().filter(file -> !CatalogFile.isTest(file.name())).toList();
        CatalogResult catalog =
                rules.isEmpty()
                        ? new CatalogResult(Catalog.EMPTY, List.of(), List.of())
                        : CatalogParser.parse(rules, dir.currencies(), dir.limits());
        RuleTestResult tests =
                catalog.isValid()
                        ? RuleTestParser.parse(
                                files, catalog.catalog(), dir.currencies(), dir.limits())
                        : new RuleTestResult(List.of(), List.of(), List.of());
        ProblemPrinter printer = dir.printer(files);
        List<Problem> problems =
                Stream.of(content.problems(), catalog.problems(), tests.problems())
                        .flatMap(List::stream)
                        .toList();
        problems.forEach(printer::error);
        tests.warnings().forEach(printer::warning);
        if (!problems.isEmpty()) {
            out.println(RulesDirectory.counted(problems.size(), "error") + "; no test was run");
            return 1;
        }
        return run(chosen(tests.tests()), out);
    }

    private int run(List<RuleTest> tests, PrintWriter out) throws IOException {
        if (tests.isEmpty()) {
            out.println("there is no test in " + dir.path());
            return 0;
        }
        int differ = 0;
        Path savepoints = Files.createTempDirectory("rule-tests");
        try (RuleTestCluster cluster = RuleTestCluster.start(savepoints)) {
            for (RuleTest test : tests) {
                Difference difference = new Difference(test, cluster.detect(test));
                String place = dir.path().resolve(test.file()) + ":" + test.line() + ": ";
                if (difference.isNone()) {
                    out.println("ok      " + test.name());
                } else {
                    differ++;
                    out.println("DIFFERS " + test.name());
                    out.println(place + "something else was detected than expected");
                    difference.table().lines().forEach(line -> out.println("    " + line));
                }
                out.flush();
            }
        } finally {
            delete(savepoints);
        }
        out.println(
                RulesDirectory.counted(tests.size(), "test")
                        + (differ == 0 ? ", all as expected" : ", " + differ + " not as expected"));
        return differ == 0 ? 0 : 1;
    }

    private List<RuleTest> chosen(List<RuleTest> tests) {
        for (String name : only) {
            if (tests.stream().noneMatch(test -> test.name().equals(name))) {
                throw new IllegalArgumentException("no test is named '" + name + "'");
            }
        }
        return only.isEmpty()
                ? tests
                : tests.stream().filter(test -> only.contains(test.name())).toList();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
