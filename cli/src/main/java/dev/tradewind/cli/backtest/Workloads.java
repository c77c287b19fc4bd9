package dev.tradewind.cli.backtest;

import dev.tradewind.model.wire.WorkloadRequest;
import dev.tradewind.model.wire.WorkloadRequest.Action;
import dev.tradewind.model.wire.WorkloadSpec;
import dev.tradewind.rules.request.RequestCheck;
import dev.tradewind.rules.text.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JacksonException;

/**
 * The workloads of a file: requests as YAML documents or as JSON lines. What is submitted counts,
 * with every update to it; the other requests are about one day, and are left out.
 */
final class Workloads {
    private static final String NO_MANIFESTS = "spec.manifests is empty";

    private Workloads() {}

    /**
     * @return the specs by workload, in the order of the file
     * @throws IllegalArgumentException naming the file and the request that can't be read
     */
    static Map<String, WorkloadSpec> read(Path file) throws IOException {
        String text = InputText.read(file);
        List<WorkloadRequest> requests =
                text.stripLeading().startsWith("{") ? json(file, text) : yaml(file, text);
        Map<String, WorkloadSpec> specs = new LinkedHashMap<>();
        int number = 0;
        for (WorkloadRequest request : requests) {
            number++;
            String where = file + ", request " + number + ": ";
            if (request == null) {
                throw new IllegalArgumentException(where + "null is not a request");
            }
            // a workload that never runs needs no objects
            List<String> problems =
                    RequestCheck.check(request).stream()
                            .filter(problem -> !problem.startsWith(NO_MANIFESTS))
                            .toList();
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(where + String.join("; ", problems));
            }
            if (request.action() == Action.submit) {
                specs.put(request.workload(), request.spec());
            } else if (request.action() == Action.update) {
                WorkloadSpec known = specs.get(request.workload());
                if (known == null) {
                    throw new IllegalArgumentException(
                            where + request.workload() + " is updated before it is submitted");
                }
                specs.put(request.workload(), known.updatedBy(request.spec()));
            }
        }
        if (specs.isEmpty()) {
            throw new IllegalArgumentException(file + ": no workload is submitted");
        }
        return specs;
    }

    private static List<WorkloadRequest> json(Path file, String text) {
        List<WorkloadRequest> requests = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n")) {
            number++;
            if (!line.isBlank()) {
                try {
                    requests.add(Json.STRICT.readValue(line, WorkloadRequest.class));
                } catch (JacksonException e) {
                    throw new IllegalArgumentException(
                            file + ":" + number + ": " + e.getOriginalMessage(), e);
                }
            }
        }
        return requests;
    }

    private static List<WorkloadRequest> yaml(Path file, String text) {
        List<WorkloadRequest> requests = new ArrayList<>();
        try {
            for (Object document : parser().loadAll(text)) {
                if (document instanceof List<?> list) {
                    list.forEach(
                            item ->
                                    requests.add(
                                            Json.STRICT.convertValue(item, WorkloadRequest.class)));
                } else if (document != null) {
                    requests.add(Json.STRICT.convertValue(document, WorkloadRequest.class));
                }
            }
        } catch (MarkedYAMLException e) {
            Mark at = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            throw new IllegalArgumentException(
                    file
                            + (at == null
                                    ? ""
                                    : ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1))
                            + ": "
                            + e.getProblem(),
                    e);
        } catch (YAMLException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + ": " + e.getOriginalMessage(), e);
        }
        return requests;
    }

    /** Plain data only; an instant stays the text that it is in the file. */
    private static Yaml parser() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        DumperOptions unused = new DumperOptions();
        return new Yaml(
                new SafeConstructor(options),
                new Representer(unused),
                unused,
                options,
                new Resolver() {
                    @Override
                    public void addImplicitResolver(
                            Tag tag, Pattern regexp, String first, int limit) {
                        if (!tag.equals(Tag.TIMESTAMP)) {
                            super.addImplicitResolver(tag, regexp, first, limit);
                        }
                    }
                });
    }
}
