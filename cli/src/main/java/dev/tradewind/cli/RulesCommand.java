package dev.tradewind.cli;

import dev.tradewind.cli.explain.ExplainCommand;
import dev.tradewind.cli.rules.CheckCommand;
import dev.tradewind.cli.rules.LiveCommand;
import dev.tradewind.cli.rules.SchemaCommand;
import dev.tradewind.cli.rules.TestCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** For operators at their editor. */
@Command(
        name = "rules",
        description =
                "Checks a catalog directory, explains what its rules do, and tells editors of it.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CheckCommand.class,
            SchemaCommand.class,
            ExplainCommand.class,
            LiveCommand.class,
            TestCommand.class
        })
final class RulesCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "say what to do with the rules");
    }
}
