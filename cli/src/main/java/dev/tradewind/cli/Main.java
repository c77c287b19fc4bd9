package dev.tradewind.cli;

import dev.tradewind.cli.decisions.ExplainWorkloadCommand;
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
                .setExecutionExceptionHandler(
                        (error, commandLine, parsed) -> {
                            // A person's mistake is told in a sentence; anything else is ours, and
                            // its trace is wanted.
                            if (error instanceof IllegalArgumentException) {
                                commandLine.getErr().println("tradewind: " + error.getMessage());
                                return 2;
                            }
                            error.printStackTrace(commandLine.getErr());
                            return 1;
                        });
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "say what to do");
    }
}
