package dev.tradewind.job.topology;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Properties of the job's Kafka clients. What travels with the job are references ({@code
 * ${file:PATH:KEY}}), which each client resolves where it runs: no secret is part of the job's
 * graph, which is stored and shown.
 */
public final class KafkaClients {
    private static final String PROVIDER = "tradewindfile";

    private KafkaClients() {}

    /**
     * @param file of properties, or null
     * @throws IOException where it can't be read
     */
    public static Map<String, String> properties(String file) throws IOException {
        Map<String, String> references = new TreeMap<>();
        if (file == null) {
            return references;
        }
        Path path = Path.of(file).toAbsolutePath();
        Properties content = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            content.load(reader);
        }
        references.put("config.providers", PROVIDER);
        references.put(
                "config.providers." + PROVIDER + ".class", FileConfigProvider.class.getName());
        references.put(
                "config.providers." + PROVIDER + ".param.allowed.paths",
                path.getParent().toString());
        for (String key : content.stringPropertyNames()) {
            references.put(key, "${" + PROVIDER + ":" + path + ":" + key + "}");
        }
        return references;
    }
}
