package dev.tradewind.cli.rules;

import dev.tradewind.rules.catalog.CatalogFile;
import dev.tradewind.rules.catalog.CatalogLimits;
import dev.tradewind.rules.catalog.Problem;
import dev.tradewind.sources.catalog.CatalogDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What commands over a catalog's directory have in common: its options, and how it is read. */
public final class RulesDirectory {
    @Parameters(paramLabel = "DIR", description = "the directory that holds the *.yaml")
    private Path dir;

    @Mixin private Currencies currencies = new Currencies();

    @Mixin private Limits limits = new Limits();

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

    /**
     * @throws IllegalArgumentException where the job would refuse them
     */
    public Map<String, Double> currencies() {
        return currencies.eurPer();
    }

    /**
     * What the job takes at most.
     *
     * @throws IllegalArgumentException where the job would refuse that
     */
    public CatalogLimits limits() {
        return limits.get();
    }

    /**
     * What an option of the job is, given as one of the command line's.
     *
     * @throws IllegalArgumentException naming the latter, where it is none
     */
    public static <T> T parsed(String name, dev.tradewind.job.options.Option<T> as, String text) {
        try {
            return as.parser().apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /**
     * As the job reads it.
     *
     * @throws IllegalArgumentException where there is none, or it changes while it is read
     */
    public CatalogDirectory.Content content() {
        return read(new CatalogDirectory(path()));
    }

    /** The same with the rule tests. */
    CatalogDirectory.Content contentWithTests() {
        return read(CatalogDirectory.withTests(path()));
    }

    private CatalogDirectory.Content read(CatalogDirectory directory) {
        currencies();
        limits();
        CatalogDirectory.Content content = directory.read();
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
