package dev.tradewind.cli.rules;

import dev.tradewind.rules.schema.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What an editor completes from. */
@Command(
        name = "schema",
        description = {
            "Prints the JSON Schema of the catalog's documents.",
            "With DIR, writes every schema there: the catalog's, each kind's, each topic's."
        },
        mixinStandardHelpOptions = true)
public final class SchemaCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "DIR",
            arity = "0..1",
            description = "where the *.schema.json are written; made where it isn't there")
    private Path dir;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (dir == null) {
            spec.commandLine().getOut().print(Schemas.text(Schemas.catalog()));
            spec.commandLine().getOut().flush();
            return 0;
        }
        Map<String, JsonNode> schemas = new LinkedHashMap<>();
        schemas.put("Catalog", Schemas.catalog());
        schemas.putAll(Schemas.all());
        Files.createDirectories(dir);
        for (Map.Entry<String, JsonNode> schema : schemas.entrySet()) {
            Path file = dir.resolve(Schemas.fileName(schema.getKey()));
            Files.writeString(file, Schemas.text(schema.getValue()));
            spec.commandLine().getOut().println(file);
        }
        return 0;
    }
}
