package dev.tradewind.sinks.actuator;

import dev.tradewind.model.wire.Command;
import dev.tradewind.rules.manifest.ManifestCheck;
import dev.tradewind.rules.manifest.Placeholders;
import dev.tradewind.sinks.port.PortException;
import dev.tradewind.sinks.port.Sites;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command's manifests, held to its guard and rendered for its target. The guard is asked again
 * here, as what arrives may have taken another way than through placement.
 */
final class Manifests {
    private final Command command;
    private final Sites sites;
    private List<String> rendered;
    private List<String> violations;

    Manifests(Command command, Sites sites) {
        this.command = command;
        this.sites = sites;
    }

    /**
     * @return what speaks against them, for people; empty: nothing
     * @throws PortException where the connection can't be opened
     */
    List<String> violations() throws PortException {
        if (violations == null) {
            prepare();
        }
        return violations;
    }

    /** Empty where there are violations. */
    List<String> rendered() throws PortException {
        violations();
        return rendered;
    }

    private void prepare() throws PortException {
        List<String> found = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        if (command.guard() == null) {
            found.add("the command carries no guard");
        } else {
            try {
                found.addAll(
                        ManifestCheck.check(command.workload(), command.spec(), command.guard()));
            } catch (IllegalArgumentException e) {
                found.add(e.getMessage());
            }
        }
        Map<String, String> values = new HashMap<>();
        if (command.siteValues() != null) {
            values.putAll(command.siteValues());
        }
        values.putAll(sites.placeholders(command.to()));
        for (String manifest : command.spec().manifests()) {
            try {
                texts.add(Placeholders.render(manifest, new TreeMap<>(values)));
            } catch (IllegalArgumentException e) {
                found.add(e.getMessage());
            }
        }
        rendered = found.isEmpty() ? List.copyOf(texts) : List.of();
        violations = List.copyOf(found);
    }
}
