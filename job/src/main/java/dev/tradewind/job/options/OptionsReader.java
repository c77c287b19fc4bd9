package dev.tradewind.job.options;

import static dev.tradewind.job.options.TradewindOptions.CHECKPOINT_INTERVAL;
import static dev.tradewind.job.options.TradewindOptions.CHECKPOINT_TIMEOUT;
import static dev.tradewind.job.options.TradewindOptions.CLOCK_ORIGIN;
import static dev.tradewind.job.options.TradewindOptions.CLOCK_RATE;
import static dev.tradewind.job.options.TradewindOptions.CLOCK_WALL_ORIGIN;
import static dev.tradewind.job.options.TradewindOptions.DELIVERY;
import static dev.tradewind.job.options.TradewindOptions.RETRY;
import static dev.tradewind.job.options.TradewindOptions.RETRY_MAX;
import static dev.tradewind.job.options.TradewindOptions.TRANSACTION_TIMEOUT;

import dev.tradewind.rules.text.Nearest;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * Reads options. The command line has precedence over the file, and the file over the defaults.
 * Everything that is wrong is told at once.
 */
final class OptionsReader {
    private static final String CONFIG = "config";
    private static final Pattern SECRET =
            Pattern.compile(
                    "password|passwd|secret|token|credential|jaas|apikey|api[._-]key|private[._-]?key",
                    Pattern.CASE_INSENSITIVE);

    /** A text and where it was given. */
    private record Given(String text, String where) {}

    private final List<String> problems = new ArrayList<>();
    private final Map<String, Given> given = new LinkedHashMap<>();

    private OptionsReader() {}

    static TradewindOptions read(String... args) throws OptionsException {
        return new OptionsReader().all(args);
    }

    private TradewindOptions all(String[] args) throws OptionsException {
        Map<String, Given> line = commandLine(args);
        Given config = line.remove(CONFIG);
        if (config != null) {
            file(config.text());
        }
        given.putAll(line);

        Map<String, Option<?>> known =
                TradewindOptions.ALL.stream()
                        .collect(Collectors.toMap(Option::key, option -> option));
        Map<String, Object> values = new HashMap<>();
        given.forEach(
                (key, text) -> {
                    Option<?> option = known.get(key);
                    if (option == null) {
                        problems.add(unknown(key, text.where(), known));
                        return;
                    }
                    try {
                        values.put(key, option.parse(text.text().trim()));
                    } catch (IllegalArgumentException e) {
                        problems.add(text.where() + ": " + key + ": " + e.getMessage());
                    }
                });
        for (Option<?> option : TradewindOptions.ALL) {
            if (option.required() && !given.containsKey(option.key())) {
                problems.add(
                        option.key()
                                + " is missing: "
                                + option.description()
                                + " Give it by --"
                                + option.key()
                                + " or in the file of --config.");
            }
        }
        TradewindOptions options = new TradewindOptions(values);
        together(options);
        if (!problems.isEmpty()) {
            throw new OptionsException(problems);
        }
        return options;
    }

    /** What is right for each by itself and wrong together. */
    private void together(TradewindOptions options) {
        if (options.get(CLOCK_ORIGIN) == null
                && (options.get(CLOCK_RATE) != 1 || options.isSet(CLOCK_WALL_ORIGIN))) {
            problems.add(
                    "clock.rate and clock.wallOrigin say how the energy clock runs from clock.origin, which is"
                            + " missing");
        }
        long outage = options.get(CHECKPOINT_INTERVAL) + options.get(CHECKPOINT_TIMEOUT);
        if (options.get(DELIVERY) == TradewindOptions.Guarantee.EXACTLY_ONCE
                && options.get(TRANSACTION_TIMEOUT) <= outage) {
            problems.add(
                    "transaction.timeout must be longer than checkpoint.interval and checkpoint.timeout together, or"
                            + " what is written may be lost when the job restarts");
        }
        if (options.get(RETRY_MAX) < options.get(RETRY)) {
            problems.add("placement.retryMax must not be shorter than placement.retry");
        }
    }

    private String unknown(String key, String where, Map<String, Option<?>> known) {
        if (SECRET.matcher(key).find()) {
            return where
                    + ": "
                    + key
                    + " looks like a secret. Secrets are given by files only: those of Kafka in the file that"
                    + " kafka.properties.file names, those of sites in their connection files";
        }
        return where
                + ": there is no option "
                + key
                + Nearest.to(key, known.keySet())
                        .map(nearest -> "; did you mean " + nearest + "?")
                        .orElse("");
    }

    private Map<String, Given> commandLine(String[] args) {
        Map<String, Given> line = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (!arg.startsWith("--") || arg.length() == 2) {
                // Not repeated: it may be the value of something secret.
                problems.add(
                        "command line: argument "
                                + (i + 1)
                                + " is no option; write --key value or --key=value");
                continue;
            }
            int equals = arg.indexOf('=');
            String key = equals < 0 ? arg.substring(2) : arg.substring(2, equals);
            String text;
            if (equals >= 0) {
                text = arg.substring(equals + 1);
            } else if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
                text = args[++i];
            } else {
                problems.add("command line: --" + key + " has no value");
                continue;
            }
            if (line.put(key, new Given(text, "command line")) != null) {
                problems.add("command line: --" + key + " is given twice");
            }
        }
        return line;
    }

    private void file(String name) {
        Node root;
        try {
            LoaderOptions limits = new LoaderOptions();
            limits.setCodePointLimit(1_000_000);
            limits.setNestingDepthLimit(20);
            limits.setMaxAliasesForCollections(10);
            root =
                    new Yaml(limits)
                            .compose(
                                    new StringReader(
                                            Files.readString(
                                                    Path.of(name), StandardCharsets.UTF_8)));
        } catch (NoSuchFileException e) {
            problems.add("--config: there is no file " + name);
            return;
        } catch (CharacterCodingException e) {
            problems.add("--config: " + name + " is not UTF-8");
            return;
        } catch (IOException | InvalidPathException e) {
            problems.add("--config: " + name + " can't be read");
            return;
        } catch (YAMLException e) {
            // Not its message: that quotes the file, where a secret may stand by mistake.
            problems.add(name + place(e) + ": this is not YAML");
            return;
        }
        if (root instanceof MappingNode map) {
            flatten("", map, name);
        } else if (root != null) {
            problems.add(name + ": expected lines of `key: value`");
        }
    }

    private static String place(YAMLException e) {
        return e instanceof MarkedYAMLException marked && marked.getProblemMark() != null
                ? ":" + (marked.getProblemMark().getLine() + 1)
                : "";
    }

    /** {@code kafka: {group.id: x}} is {@code kafka.group.id: x}. */
    private void flatten(String prefix, MappingNode map, String file) {
        for (NodeTuple entry : map.getValue()) {
            String where = file + ":" + (entry.getKeyNode().getStartMark().getLine() + 1);
            if (!(entry.getKeyNode() instanceof ScalarNode name)) {
                problems.add(where + ": expected a key");
                continue;
            }
            String key = prefix + name.getValue();
            Node value = entry.getValueNode();
            if (value instanceof MappingNode inner) {
                if (key.equals(TradewindOptions.CURRENCIES.key())) {
                    put(key, joined(inner), where);
                } else {
                    flatten(key + ".", inner, file);
                }
            } else if (value instanceof ScalarNode scalar) {
                put(key, scalar.getValue(), where);
            } else if (value instanceof SequenceNode list) {
                put(
                        key,
                        list.getValue().stream()
                                .map(OptionsReader::text)
                                .collect(Collectors.joining(",")),
                        where);
            }
        }
    }

    private static String joined(MappingNode map) {
        return map.getValue().stream()
                .map(entry -> text(entry.getKeyNode()) + "=" + text(entry.getValueNode()))
                .collect(Collectors.joining(","));
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "?";
    }

    private void put(String key, String text, String where) {
        if (given.put(key, new Given(text, where)) != null) {
            problems.add(where + ": " + key + " is given twice");
        }
    }
}
