package dev.tradewind.cli.rules;

import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.sources.catalog.CatalogDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What commands over a catalog's directory have in common: its options, and how it is read. */
public final class RulesDirectory {
    @Parameters(paramLabel = "DIR", description = "the directory that holds the *.yaml")
    private Path dir;

    @Option(
            names = "--currencies",
            paramLabel = "CODE=rate",
            split = ",",
            description = "EUR for one of each other currency, as the job's option of this name")
    private Map<String, Double> currencies = Map.of();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * @throws IllegalArgumentException where it is none
     */
    public Path path() {
        if (!Files.isDirectory(dir)) {
            throw new IllegalArgumentException(dir + " is not a directory");
        }
        return dir;
    }

    public Map<String, Double> currencies() {
        return currencies;
    }

    /**
     * As the job reads it.
     *
     * @throws IllegalArgumentException where there is none, or it changes while it is read
     */
    public CatalogDirectory.Content content() {
        CatalogDirectory.Content content = new CatalogDirectory(path()).read();
        if (content == null) {
            throw new IllegalArgumentException(dir + " changes all the time; try again");
        }
        return content;
    }

    ProblemPrinter printer(List<CatalogFile> files) {
        return new ProblemPrinter(
                spec.commandLine().getOut(),
                spec.commandLine().getColorScheme().ansi(),
                dir,
                files.stream().collect(Collectors.toMap(CatalogFile::name, CatalogFile::text)));
    }

    /** Shows what is wrong with files. */
    public void tell(List<CatalogFile> files, List<Problem> errors) {
        ProblemPrinter printer = printer(files);
        errors.forEach(printer::error);
    }

    /** {@code 1 error}, {@code 2 errors}. */
    public static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
