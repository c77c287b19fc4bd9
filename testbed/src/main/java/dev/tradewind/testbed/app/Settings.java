package dev.tradewind.testbed.app;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What the environment of a container says.
 *
 * @param inputs topics, from INPUT, separated by commas
 * @param site for the output records: SITE_NAME, else the bootstrap servers
 * @param work how long a batch runs, from WORK_MILLIS
 */
record Settings(
        Mode mode,
        String bootstrapServers,
        List<String> inputs,
        String output,
        String group,
        String site,
        Duration work) {

    enum Mode {
        GROUP,
        LOG,
        BATCH
    }

    static Settings of(Map<String, String> environment) {
        Mode mode =
                switch (environment.getOrDefault("MODE", "group")) {
                    case "group" -> Mode.GROUP;
                    case "log" -> Mode.LOG;
                    case "batch" -> Mode.BATCH;
                    default ->
                            throw new IllegalArgumentException(
                                    "MODE is group, log or batch, but this is '"
                                            + environment.get("MODE")
                                            + "'");
                };
        if (mode == Mode.BATCH) {
            return new Settings(mode, "", List.of(), "", "", "", work(environment));
        }
        String servers = required(environment, "BOOTSTRAP_SERVERS");
        return new Settings(
                mode,
                servers,
                Arrays.stream(required(environment, "INPUT").split(","))
                        .map(String::strip)
                        .filter(t -> !t.isEmpty())
                        .toList(),
                required(environment, "OUTPUT"),
                required(environment, "GROUP"),
                environment.getOrDefault("SITE_NAME", servers),
                Duration.ZERO);
    }

    private static Duration work(Map<String, String> environment) {
        String text = required(environment, "WORK_MILLIS");
        try {
            return Duration.ofMillis(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "WORK_MILLIS is a number of milliseconds, but this is '" + text + "'", e);
        }
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("the environment variable " + name + " is not set");
        }
        return value.strip();
    }
}
