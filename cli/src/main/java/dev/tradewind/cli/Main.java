package dev.tradewind.cli;

import dev.tradewind.cli.decisions.ExplainWorkloadCommand;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. Exit codes: 0 it went well, 1 it did not, 2 it was called wrongly. */
@Command(
        name = "tradewind",
        description = "Floats streaming workloads to where energy is clean and cheap.",
        mixinStandardHelpOptions = true,
        version = "tradewind 0.1.0",
        subcommands = {
            DemoCommand.class,
            TestbedCommand.class,
            RulesCommand.class,
            BenchCommand.class,
            BacktestCommand.class,
            ExplainWorkloadCommand.class,
            SimulateCommand.class
        },
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((error, args) -> calledWrongly(error))
                .setExecutionExceptionHandler(
                        (error, commandLine, parsed) -> failed(error, commandLine.getErr()));
    }

    /** One line, and where help is; the help itself only where it was the whole question. */
    private static int calledWrongly(CommandLine.ParameterException error) {
        CommandLine command = error.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("tradewind: " + error.getMessage());
        if (command.getSubcommands().isEmpty()
                || error instanceof CommandLine.UnmatchedArgumentException) {
            CommandLine.UnmatchedArgumentException.printSuggestions(error, err);
            err.println(
                    "'"
                            + command.getCommandSpec().qualifiedName()
                            + " --help' tells what there is");
        } else {
            command.usage(err);
        }
        return 2;
    }

    /**
     * A person's mistake, a file that isn't there among them, is told in a sentence; anything else
     * is ours, and its trace is wanted.
     */
    private static int failed(Exception error, PrintWriter err) {
        Throwable cause = error instanceof UncheckedIOException ? error.getCause() : error;
        if (cause instanceof FileSystemException file) {
            err.println("tradewind: " + told(file));
            return 2;
        }
        if (error instanceof IllegalArgumentException) {
            err.println("tradewind: " + error.getMessage());
            return 2;
        }
        error.printStackTrace(err);
        return 1;
    }

    private static String told(FileSystemException error) {
        if (error instanceof NoSuchFileException) {
            return error.getFile() + " does not exist";
        }
        if (error instanceof AccessDeniedException) {
            return error.getFile() + ": permission denied";
        }
        return error.getMessage();
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say what to do");
    }
}
